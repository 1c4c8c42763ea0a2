"""Words of made-up resolutions in four languages, put together from parts."""

from __future__ import annotations

from random import Random

# Key, force, rank, and how a paragraph begins with it; {body} is asked to {act}.
VERBS: dict[str, tuple[str, int, dict[str, str]]] = {
    "instruct": (
        "binding",
        5,
        {
            "en": "Instructs {body} to {act}",
            "es": "Encomienda a {body} {act}",
            "fr": "Charge {body} de {act}",
            "pt": "Encarrega {body} de {act}",
        },
    ),
    "request": (
        "request",
        4,
        {
            "en": "Requests {body} to {act}",
            "es": "Solicita a {body} {act}",
            "fr": "Prie {body} de {act}",
            "pt": "Solicita a {body} {act}",
        },
    ),
    "urge": (
        "urge",
        3,
        {
            "en": "Urges {body} to {act}",
            "es": "Insta a {body} a {act}",
            "fr": "Exhorte {body} à {act}",
            "pt": "Insta {body} a {act}",
        },
    ),
    "encourage": (
        "encourage",
        2,
        {
            "en": "Encourages {body} to {act}",
            "es": "Alienta a {body} a {act}",
            "fr": "Encourage {body} à {act}",
            "pt": "Incentiva {body} a {act}",
        },
    ),
    "recognise": (
        "declaratory",
        0,
        {
            "en": "Recognises the work of {body} to {act}",
            "es": "Reconoce la labor de {body} para {act}",
            "fr": "Salue les efforts de {body} pour {act}",
            "pt": "Reconhece o trabalho de {body} para {act}",
        },
    ),
}
ASKING = ("instruct", "request", "urge", "encourage")
ACTS = {
    "en": ("report on", "continue to promote", "hold a meeting on", "exchange good practices on", "collect data on"),
    "es": ("informar sobre", "seguir promoviendo", "celebrar una reunión sobre", "intercambiar prácticas sobre"),
    "fr": ("faire rapport sur", "continuer à promouvoir", "tenir une réunion sur", "échanger des pratiques sur"),
    "pt": ("informar sobre", "continuar a promover", "realizar uma reunião sobre", "trocar boas práticas sobre"),
}
THEMES = (
    ("human rights of migrants", "derechos humanos de los migrantes", "droits des migrants", "direitos dos migrantes"),
    ("access to health services", "acceso a la salud", "accès aux soins de santé", "acesso à saúde"),
    ("food security", "seguridad alimentaria", "sécurité alimentaire", "segurança alimentar"),
    ("rural education", "educación rural", "éducation en milieu rural", "educação rural"),
    ("disaster risk reduction", "reducción del riesgo de desastres", "réduction des risques", "redução de riscos"),
    ("labour markets", "mercados de trabajo", "marchés du travail", "mercados de trabalho"),
    ("water and sanitation", "agua y saneamiento", "eau et assainissement", "água e saneamento"),
    ("participation of women", "participación de las mujeres", "participation des femmes", "participação das mulheres"),
)
RECALLS = {
    "en": "Recalling its earlier decisions on {theme}, and noting with concern what remains to be done",
    "es": "Recordando sus decisiones anteriores sobre {theme}, y observando con preocupación lo que queda por hacer",
    "fr": "Rappelant ses décisions antérieures sur {theme}, et notant avec préoccupation ce qui reste à faire",
    "pt": "Recordando suas decisões anteriores sobre {theme}, e notando com preocupação o que resta por fazer",
}
TITLES = {
    "en": "Strengthening of {theme}: measures of the period, no. {n}",
    "es": "Fortalecimiento de {theme}: medidas del período, n.º {n}",
    "fr": "Renforcement de {theme} : mesures de la période, n° {n}",
    "pt": "Fortalecimento de {theme}: medidas do período, n.º {n}",
}
BODIES = {
    "en": "Committee {n} on {theme}",
    "es": "Comisión {n} de {theme}",
    "fr": "Commission {n} sur {theme}",
    "pt": "Comissão {n} de {theme}",
}
_AT = {"en": 0, "es": 1, "fr": 2, "pt": 3}


def theme(number: int, language: str) -> str:
    """Return the words of a theme."""
    return THEMES[number % len(THEMES)][_AT[language]]


def act(random: Random, number: int, language: str) -> str:
    """Return what is asked: something to do about a theme."""
    return f"{random.choice(ACTS[language])} {theme(number, language)}"


def paragraph(verb: str, body: str, what: str, language: str) -> str:
    """Return the words of an operative paragraph."""
    return VERBS[verb][2][language].format(body=body, act=what) + "."
