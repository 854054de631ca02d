"""How the tracks sound: the audio features, in the ranges of the real ones."""

from __future__ import annotations

from wavehouse.samples.dice import below, curve, unit

_SPEECHINESS = (
    (0, 0.022),
    (0.1, 0.0315),
    (0.25, 0.0391),
    (0.5, 0.0625),
    (0.75, 0.152),
    (0.9, 0.296),
    (1, 0.966),
)
_ACOUSTICNESS = ((0, 0.0), (0.1, 0.003), (0.25, 0.023), (0.5, 0.122), (0.75, 0.391), (0.9, 0.722), (1, 0.996))
_LIVENESS = ((0, 0.02), (0.1, 0.077), (0.25, 0.101), (0.5, 0.142), (0.75, 0.307), (0.9, 0.591), (1, 1.0))
_TEMPO = (
    (0, 45),
    (0.01, 69),
    (0.1, 84),
    (0.25, 97),
    (0.5, 122),
    (0.75, 140),
    (0.9, 163),
    (0.99, 190),
    (1, 218.5),
)
# From the energy: a quiet track is far below zero, the loudest are above.
_LOUDNESS = (
    (0, -40),
    (0.05, -22),
    (0.37, -11.5),
    (0.52, -8.5),
    (0.68, -6.4),
    (0.82, -4.9),
    (0.95, -2.5),
    (1, 1.38),
)


# What is drawn for each track, from 0 to 1; the expressions below name the draws as columns.
_DRAWS = (
    *("lively", "dancing", "loud", "major", "spoken", "acoustic", "live", "happy", "fast", "beats", "longer"),
    "instrumental",
)


def features_of(tracks: str) -> str:
    """The rows of tracks (SQL) with their features added; `heard` is false where a track has none."""
    draws = ", ".join(f"{unit('die', name)} AS {name}" for name in _DRAWS)
    return f"""
        SELECT * EXCLUDE ({", ".join(_DRAWS)}),
            CASE WHEN silent THEN 0.0 ELSE {_digits("danceable")} END AS danceability,
            {_digits("energetic")} AS energy,
            {below("die", "key", 12)} AS key,
            round({curve("energetic", _LOUDNESS)} + loud - 0.5, 3) AS loudness,
            (major < 0.61)::INTEGER AS mode,
            CASE WHEN silent THEN 0.0 ELSE {_digits("spoken_part")} END AS speechiness,
            {_digits("acoustic_part")} AS acousticness,
            {_instrumentalness()} AS instrumentalness,
            {_digits("live_part")} AS liveness,
            CASE WHEN silent THEN 0.0 ELSE {_digits("least(happy, 0.99)")} END AS valence,
            CASE WHEN silent THEN 0.0 ELSE round({curve("fast", _TEMPO)}, 3) END AS tempo,
            'audio_features' AS type,
            -- The two measures of a length differ in 40 of 100, nearly always by a millisecond.
            duration_ms + CASE WHEN longer < 0.6 THEN 0 WHEN longer < 0.995 THEN 1
                               ELSE {below("die", "longer by", 20_000)} END AS heard_ms,
            CASE WHEN silent THEN 0 WHEN beats < 0.007 THEN 1 WHEN beats < 0.07 THEN 3
                 WHEN beats < 0.98 THEN 4 ELSE 5 END AS time_signature
        FROM (
            SELECT *,
                {curve("spoken", _SPEECHINESS)} AS spoken_part,
                (1.2 - energetic) * {curve("acoustic", _ACOUSTICNESS)} / 1.2 AS acoustic_part,
                {curve("live", _LIVENESS)} AS live_part
            FROM (
                -- The style sets a middle, so that genres differ; the track moves around it.
                SELECT *,
                    greatest(0.001, least(0.999, 0.01 + 0.35 * {_of_style(0)} + 0.75 * lively)) AS energetic,
                    greatest(0.05, least(0.985, 0.17 + 0.3 * {_of_style(1)} + 0.6 * dancing)) AS danceable,
                    -- One in a thousand is silence to the analysis, and one in a thousand was not analysed.
                    {below("die", "silence", 1_000)} = 0 AS silent,
                    {below("die", "heard", 1_000)} > 0 AS heard
                FROM (SELECT *, {draws} FROM ({tracks}))
            )
        )
    """


def _of_style(trait: int) -> str:
    """From 0 to 1, the same for every track of a style."""
    return f"(hash(style * 2 + {trait}) % 100)::DOUBLE / 100.0"


def _digits(column: str) -> str:
    """Three digits, as the real ones: a fourth below a tenth."""
    return f"CASE WHEN {column} < 0.1 THEN round({column}, 4) ELSE round({column}, 3) END"


def _instrumentalness() -> str:
    """As text, for the real files write small ones as `1.79E-5`: half are 0, most others tiny."""
    digits = f"(100 + {below('die', 'instrumental digits', 900)})"
    exponent = f"(1 + {below('die', 'instrumental size', 6)})"
    return f"""
        CASE WHEN instrumental < 0.48 THEN '0.0'
             WHEN {exponent} >= 4 THEN concat(({digits} / 100.0)::VARCHAR, 'E-', {exponent}::VARCHAR)
             ELSE round({digits} / pow(10.0, {exponent} + 2), {exponent} + 2)::VARCHAR END
    """
