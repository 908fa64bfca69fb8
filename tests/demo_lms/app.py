"""The platform as an ASGI application."""

from litestar import Litestar
from litestar.di import Provide

from tests.demo_lms import columns, linking, members, pages, registering, services, storage
from tests.demo_lms.lms import DemoLms


def application(lms: DemoLms) -> Litestar:
    return Litestar(
        [
            *pages.HANDLERS,
            *services.HANDLERS,
            *columns.HANDLERS,
            *linking.HANDLERS,
            *members.HANDLERS,
            *registering.HANDLERS,
            *storage.HANDLERS,
        ],
        dependencies={"lms": Provide(lambda: lms, sync_to_thread=False)},
        openapi_config=None,
    )
