"""The four people of the demo LMS: one teacher, three learners."""

from enum import StrEnum

import msgspec


class Role(StrEnum):
    LEARNER = "Learner"
    INSTRUCTOR = "Instructor"


class Person(msgspec.Struct, frozen=True):
    id: str
    given_name: str
    family_name: str
    locale: str
    role: Role

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


TEACHER = Person("2", "Anahit", "Sargsyan", "en", Role.INSTRUCTOR)
AYGUN = Person("11", "Aygün", "Məmmədova", "az", Role.LEARNER)
NINO = Person("12", "ნინო", "ბერიძე", "ka", Role.LEARNER)
OLENA = Person("13", "Олена", "Коваль", "uk", Role.LEARNER)
LEARNERS = (AYGUN, NINO, OLENA)
CAST = (TEACHER, *LEARNERS)


def person(person_id: str | None) -> Person | None:
    return next((one for one in CAST if one.id == person_id), None)
