"""Verdicts on the health of a training, in words: what is wrong, by which numbers, and one thing to try.

    base.py          Judge, the interface of all; Evidence, what a judge may look at; Verdict
    court.py         all judges, one after another, and their lines

To add one: a subclass of `Judge` in a file of this folder, declared by `@register("verdict", NAME)`. Its docstring
states threshold and source, and how it was validated: on runs that were made to fail in this way, and on healthy ones.
A verdict is cheap: it computes nothing but looks at scores and at the history. Where one failure causes another, as
codes that have collapsed make reconstructions alike, only the cause is accused. What all of them said of which runs is
in conf/experiment/README.md, "Verdicts on runs that were made to fail".
"""
