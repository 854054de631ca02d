"""Invented words in several scripts, put together from a start, a middle and an end."""

from __future__ import annotations

from dataclasses import dataclass

from wavehouse.samples.dice import below, draw, table

_PIECES = 16  # each script has as many starts, middles and ends: one table serves all, 4,096 words a script


@dataclass(frozen=True)
class Script:
    """The pieces of one script's words, and how many artists in a hundred write in it."""

    name: str
    share: int
    starts: str
    middles: str
    ends: str


SCRIPTS = (
    Script(
        "latin",
        55,
        "Bre Vel Kor Tis Mal Jun Ost Quil Zar Nem Fjo Law Sti Nan Thra Ghe",
        "la ri mo de tu ve sa ni ko be lu sha pe li ra bo",
        "da mir lune vok ssen rique tho zan bel wyn co rax nelle dur phi skad",
    ),
    Script(
        "latin with accents",
        15,
        "Bré Vël Kôr Tís Mål Jün Øst Çuil Žar Ném Fjó Ław Šti Ñan Thrá Ğhe",
        "lá rí mø dé tü vê sã ní kő bě łu şa pé ļi rå bö",
        "dá mír lúne vök ßen riqué thó zän bél wŷn ço rąx nellë dür phì skåd",
    ),
    Script(
        "cyrillic",
        7,
        "Вел Зор Кру Мяс Тил Жун Ост Щер Бра Нел Гор Лоб Рус Фаз Дру Хмо",
        "ла ри мо де ту ве са ни ко бе лю ша пе ли ра бё",
        "дан мир лин вок сень рик тов зан бель вин цо ракс нелья дур фий скад",
    ),
    Script(
        "greek",
        3,
        "Βελ Κορ Τισ Μαλ Ζαρ Νεμ Φιο Θρα Ψιν Ξερ Λαβ Γορ Δρυ Ρου Σπα Χμο",
        "λα ρι μο δε του βε σα νι κο μπε λυ χα πε λι ρά βό",
        "δας μιρ λούν βοκ σέν ρικ θώ ζαν μπέλ βιν τσο ραξ νέλη δουρ φι σκαδ",
    ),
    Script(
        "arabic",
        4,
        "بل كور تس مال زار نيم فيو ثرا قين خر لاف غور دري رو سبا حمو",
        "لا ري مو دي تو في سا ني كو بي لو شا هي لي را بو",
        "دان مير لون فوك سين ريق ثو زان بيل وين صو راك نيل دور في سكاد",
    ),
    Script(
        "hebrew",
        3,
        "בל קור תס מל זר נמ פיו טר צינ חר לב גור דר רו ספ חמ",
        "לא רי מו די תו וי סא ני קו בי לו שא הי לי רא בו",
        "דן מיר לון ווק סין ריק תו זן בל וין צו רק נל דור פי סקד",
    ),
    Script(
        "katakana",
        4,
        "ベル コル ティ マル ザル ネム フィ トラ シン ケル ラヴ ゴル ドリ ルゥ スパ ホモ",
        "ラ リ モ デ ツ ヴェ サ ニ コ ベ ル シャ ペ ミ ー ボ",
        "ダン ミル ルネ ヴォ セン リク ト ザン ベッ ウィン ツォ ラク ネラ ドゥ フィ スカ",
    ),
    Script(
        "han",
        4,
        "霧 橋 影 灯 砂 鏡 風 潮 塔 夢 雷 庭 琥 鉄 翠 墨",
        "之 与 外 的 中 上 下 无 有 小 大 白 青 赤 玄 黄",
        "港 歌 船 夜 線 箱 丘 窓 路 島 森 笛 星 鳥 帆 河",
    ),
    Script(
        "hangul",
        5,
        "벨 코르 티스 말 자르 넴 피오 트라 신 켈 라브 골 드리 루 스파 호",
        "라 리 모 데 투 베 사 니 코 미 루 샤 페 소 나 보",
        "단 미르 룬 복 센 릭 토 잔 벨라 윈 초 락 넬 두르 피 스카",
    ),
)

_BY_SHARE = [number for number, script in enumerate(SCRIPTS) for _ in range(script.share)]
_STARTS = table([piece for script in SCRIPTS for piece in script.starts.split()])
# After each middle an empty one: half of the words go without.
_MIDDLES = table([text for script in SCRIPTS for piece in script.middles.split() for text in (piece, "")])
_ENDS = table([piece for script in SCRIPTS for piece in script.ends.split()])


def script_of(die: str) -> str:
    """The number of a script (SQL, from 0), by the scripts' shares."""
    return f"{_BY_SHARE}[1 + {below(die, 'script', len(_BY_SHARE))}]"


def word(die: str, salt: str, script: str) -> str:
    """A word in the script of that number; half of the words have a middle."""
    number = draw(die, salt)

    def piece(pieces: str, shift: int, count: int) -> str:
        return f"{pieces}[1 + {script} * {count} + ({number} >> {shift} & {count - 1})::INTEGER]"

    start, end = piece(_STARTS, 0, _PIECES), piece(_ENDS, 4, _PIECES)
    return f"concat({start}, {piece(_MIDDLES, 8, 2 * _PIECES)}, {end})"
