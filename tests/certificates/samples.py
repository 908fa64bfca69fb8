"""A certificate's words in each of the seven languages, set by hand."""

from datetime import UTC, datetime

from certificates import Certificate
from certificates.paper import Audited

NAMES = {
    "en": "Timur Rakhimov",
    "az": "Aygün Əliyeva",
    "hy": "Հայկ Սարգսյան",
    "ka": "ნინო ბერიძე",
    "ro": "Ștefan Munteanu",
    "ru": "Тимур Рахимов",
    "uk": "Олена Коваль",
}
TITLES = {
    "en": "Certificate of completion",
    "az": "Tamamlama sertifikatı",
    "hy": "Ավարտման վկայական",
    "ka": "დასრულების სერტიფიკატი",
    "ro": "Certificat de absolvire",
    "ru": "Сертификат о прохождении",
    "uk": "Сертифікат про завершення",
}
PATHS = {
    "en": "Pathways for Economic Growth",
    "az": "İqtisadi artıma aparan yollar",
    "hy": "Տնտեսական աճի ուղիներ",
    "ka": "გზები ეკონომიკური ზრდისკენ",
    "ro": "Căi spre creștere economică",
    "ru": "Пути к экономическому росту",
    "uk": "Шляхи до економічного зростання",
}
DATES = {
    "en": "22 November 2026",
    "az": "22 noyabr 2026",
    "hy": "22 նոյեմբերի, 2026 թ.",
    "ka": "22 ნოემბერი, 2026",
    "ro": "22 noiembrie 2026",
    "ru": "22 ноября 2026\u202fг.",
    "uk": "22 листопада 2026\u202fр.",
}
AUDITED = {
    "en": "Newest seal of the audit log at the time of issue: %s",
    "az": "Verilmə günü audit jurnalının ən yeni möhürü: %s",
    "hy": "Տրման օրվա դրությամբ աուդիտի մատյանի վերջին կնիքը՝ %s",
    "ka": "აუდიტის ჟურნალის უახლესი ბეჭედი გაცემის დღეს: %s",
    "ro": "Cel mai nou sigiliu al jurnalului de audit în ziua emiterii: %s",
    "ru": "Последняя печать журнала аудита на день выдачи: %s",
    "uk": "Найновіша печатка журналу аудиту на день видачі: %s",
}
ROOT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # SHA-256 of b"test"
VERIFY_URL = "https://waymark.example/verify/7Q3MZK9V2ABC4DEFGH678JKMNP"


def make_certificate(
    language: str = "en",
    *,
    name: str | None = None,
    path_title: str | None = None,
    verify_url: str = VERIFY_URL,
    audited: Audited | None = None,
) -> Certificate:
    return Certificate(
        language=language,
        title=TITLES[language],
        opening="This certifies that",
        name=name or NAMES[language],
        deed="has completed the learning path",
        path_title=path_title or PATHS[language],
        details=(("Completed on", DATES[language]), ("Issued on", DATES[language]), ("Learning time", "24 minutes")),
        number=("Certificate number", "7Q3MZ K9V2A BC4DE FGH67 8JKMNP"),
        issuer="Urban Learning Center",
        check="Anyone can check this certificate at waymark.example: scan the code, or enter the number there.",
        signed="This file carries an electronic signature. On paper, the check at this address takes its place.",
        code="QR code: the address at which this certificate is checked",
        verify_url=verify_url,
        issued_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        audited=audited,
        audited_words="" if audited is None else AUDITED[language] % audited,
    )
