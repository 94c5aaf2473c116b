#include "penchant/lab/chart_palette.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace penchant {

namespace {

int channel(std::string_view hex, int i) {
  return std::stoi(std::string(hex.substr(1 + 2 * static_cast<std::size_t>(i), 2)), nullptr, 16);
}

// Straight lines between evenly spaced stops, as both renderers draw heat maps.
std::string between(const std::vector<std::string>& stops, double at) {
  const double place = std::clamp(at, 0.0, 1.0) * static_cast<double>(stops.size() - 1);
  const std::size_t k = std::min(static_cast<std::size_t>(place), stops.size() - 2);
  const double part = place - static_cast<double>(k);
  char out[8];
  int rgb[3];
  for (int i = 0; i < 3; ++i)
    rgb[i] = static_cast<int>(std::lround((1.0 - part) * channel(stops[k], i) + part * channel(stops[k + 1], i)));
  std::snprintf(out, sizeof out, "#%02x%02x%02x", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
  return out;
}

}  // namespace

std::string role_colour(Role role, Paper paper) {
  const bool light = paper == Paper::light;
  switch (role) {
    case Role::run:
      return light ? "#0072b2" : "#58a6ff";
    case Role::theory:
      return light ? "#d55e00" : "#f0a04b";
    case Role::budget:
      return light ? "#882255" : "#d65cc0";
    case Role::bound:
      return light ? "#009e73" : "#34e0a1";
    case Role::other:
      return light ? "#6e7781" : "#a09c98";
  }
  return light ? "#6e7781" : "#a09c98";
}

std::string hue_colour(int hue, Paper paper) {
  static const std::array<const char*, kHues> light = {"#0f62c8", "#f23c1a", "#1f7a45", "#882255", "#9a9c3a", "#56a8dd"};
  static const std::array<const char*, kHues> dark = {"#5a82ff", "#e0543a", "#3fe59a", "#c070ac", "#f5d53a", "#d5f2ff"};
  const auto k = static_cast<std::size_t>(((hue % kHues) + kHues) % kHues);
  return paper == Paper::light ? light[k] : dark[k];
}

std::string shade_colour(double shade, Paper paper) {
  return between(sequential_stops(), paper == Paper::light ? 0.85 * shade : 0.25 + 0.75 * shade);
}

std::string colour(const Series& series, Paper paper) {
  if (series.shade) return shade_colour(*series.shade, paper);
  if (series.hue) return hue_colour(*series.hue, paper);
  return role_colour(series.role, paper);
}

bool dashed(const Series& series) {
  const bool repeated = series.hue && !series.shade && (*series.hue / kHues) % 2 == 1;
  return series.dashed != repeated;
}

const std::vector<std::string>& sequential_stops() {
  static const std::vector<std::string> viridis = {"#440154", "#48186a", "#472d7b", "#424086", "#3b528b", "#33638d",
                                                   "#2c728e", "#26828e", "#21918c", "#1fa088", "#28ae80", "#3fbc73",
                                                   "#5ec962", "#84d44b", "#addc30", "#d8e219", "#fde725"};
  return viridis;
}

const std::vector<std::string>& diverging_stops() {
  static const std::vector<std::string> blue_red = {"#053061", "#2a71ae", "#6bacd0", "#bfdceb", "#f2efee",
                                                    "#faccb4", "#e48268", "#b82d35", "#67001f"};
  return blue_red;
}

}  // namespace penchant
