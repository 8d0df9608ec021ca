#!/usr/bin/env python3
"""Tests that the picture shows each figure that has a floor, better ones to the right of it."""
import pathlib
import sys
import unittest
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from benchmarks_page import page, picture, relative  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"


def row(name: str, value: float, floor: float, unit: str) -> dict:
    return {"name": name, "value": value, "floor": floor, "unit": unit, "ratio": value / (floor or 1), "note": "a | b"}


class BenchmarksPage(unittest.TestCase):
    ROWS = [row("fast_rate", 200, 100, "1/s"), row("slow_call", 200, 100, "ns"), row("no_floor", 5, 0, "ns")]

    def test_more_per_second_and_less_time_are_better(self):
        self.assertEqual([2.0, 0.5], [relative(each) for each in self.ROWS[:2]])

    def test_each_figure_with_a_floor_is_a_bar(self):
        root = xml.etree.ElementTree.fromstring(picture(self.ROWS))
        bars = root.findall(f"{SVG}rect")[1:]
        self.assertEqual(2, len(bars))
        middle = float(bars[0].get("x"))
        self.assertLess(float(bars[1].get("x")), middle)
        self.assertAlmostEqual(middle, float(bars[1].get("x")) + float(bars[1].get("width")), delta=0.2)
        self.assertNotIn("no_floor", picture(self.ROWS))

    def test_the_page_begins_with_the_picture_and_lists_every_figure(self):
        text = page({"machine": "m", "commit": "c", "effort": "full", "results": self.ROWS})
        self.assertLess(text.index("(benchmarks.svg)"), text.index("| `fast_rate` |"))
        self.assertIn("a \\| b", text)
        self.assertIn("| `no_floor` | 5 ns | – | – |", text)


if __name__ == "__main__":
    unittest.main()
