// Colours of charts. Every pair within roles and within hues is at least 15 apart (CIE 1976 ΔE) for normal sight and for simulated
// protanopia, deuteranopia and tritanopia (Machado, Oliveira and Fernandes 2009): a test holds it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "penchant/lab/chart.h"

namespace penchant {

enum class Paper { light, dark };

constexpr int kHues = 6;
std::string role_colour(Role role, Paper paper);        // "#rrggbb"
std::string hue_colour(int hue, Paper paper);           // repeats after kHues
std::string shade_colour(double shade, Paper paper);    // viridis without the end that the paper swallows
std::string colour(const Series& series, Paper paper);  // shade, else hue, else role
// Whether its line is dashed: as asked, and by turns once the hues repeat.
bool dashed(const Series& series);

// Stops of a heat map's colours, evenly spaced: viridis, or blue - white - red for values on two sides of a middle. The same on
// both papers.
const std::vector<std::string>& sequential_stops();
const std::vector<std::string>& diverging_stops();

}  // namespace penchant
