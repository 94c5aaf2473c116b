#include "penchant/lab/checkpoint.h"

#include <algorithm>
#include <filesystem>

#include "penchant/core/binary.h"
#include "penchant/core/error.h"
#include "penchant/core/file.h"
#include "penchant/core/hash.h"
#include "penchant/core/text.h"
#include "penchant/dynamics/saved_trajectory.h"
#include "penchant/lab/provenance.h"
#include "penchant/lab/store_files.h"

namespace penchant {

namespace {

constexpr std::string_view kMagic = "penchant checkpoint";
constexpr std::int64_t kSchema = 1;
constexpr std::size_t kHashLength = 32;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 36;
constexpr double kComputingToWriting = 20.0;  // seconds, at least: large states on slow disks are written less often

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// What must be the same for the bits to be.
std::string instruction_set() { return *provenance().find("isa")->as_string(); }
std::string compiler() { return *provenance().find("compiler")->as_string(); }

void require_same(const std::string& what, const std::string& found, const std::string& own) {
  if (found != own) throw InvalidInput(cat("is of another ", what, ": ", in_quotes(found), ", this is ", in_quotes(own)));
}

}  // namespace

Checkpoint::Checkpoint(CheckpointOptions options, std::string spec_hash, std::string data_hash)
    : options_(std::move(options)), spec_hash_(std::move(spec_hash)), data_hash_(std::move(data_hash)) {
  if (!(options_.every >= 0.0))
    throw InvalidInput(cat("checkpoint: got ", options_.every, " seconds between two, expected a number >= 0"));
  if (!std::filesystem::exists(options_.path)) return;
  try {
    read(read_file(options_.path, kMostBytes));
  } catch (const InvalidInput& error) {
    throw InvalidInput(cat(options_.path, ": the checkpoint ", error.what(), "; --force starts anew"));
  }
  note(cat(options_.path, ": going on from there"));
}

void Checkpoint::read(std::string_view content) {
  if (content.size() < kHashLength ||
      content_hash(content.substr(0, content.size() - kHashLength)) != content.substr(content.size() - kHashLength))
    throw InvalidInput("is damaged: its checksum is not that of its contents");
  Reader in(content.substr(0, content.size() - kHashLength));
  in.section(kMagic);
  if (const std::int64_t schema = in.integer(); schema != kSchema)
    throw InvalidInput(cat("has schema ", schema, ", this program writes ", kSchema));
  require_same("version of penchant", in.text(), version());
  require_same("compiler", in.text(), compiler());
  require_same("instruction set", in.text(), instruction_set());
  require_same("spec", in.text(), spec_hash_);
  require_same("data set", in.text(), data_hash_);
  for (std::int64_t left = in.integer(); left > 0; --left) {
    const std::string name = in.text();
    const bool ended = in.flag();
    trainings_.push_back({name, ended, in.text()});
  }
}

std::string Checkpoint::content() const {
  Writer out;
  out.section(kMagic);
  out.integer(kSchema);
  for (const std::string& text : {version(), compiler(), instruction_set(), spec_hash_, data_hash_}) out.text(text);
  out.integer(static_cast<std::int64_t>(trainings_.size()));
  for (const Training& training : trainings_) {
    out.text(training.name);
    out.flag(training.ended);
    out.text(training.bytes);
  }
  std::string bytes = std::move(out).take();
  return bytes + content_hash(bytes);
}

Trajectory Checkpoint::simulate(const std::string& name, const Problem& problem, const Dynamics& dynamics, const StopSpec& stop,
                                SimulateOptions options, const std::function<bool()>& interrupted) {
  const Training& earlier = training(name);
  if (earlier.ended) {
    Reader in(earlier.bytes);
    return read_trajectory(in);
  }
  options.resume = earlier.bytes;
  options.request = [&] {
    if (interrupted && interrupted()) return Request::stop;
    if (options_.requested && options_.requested()) return Request::save_and_stop;
    return is_due() ? Request::save : Request::go_on;
  };
  options.save = [&](const std::string& state) {
    training(name).bytes = state;
    if (is_due()) try_to_write();
  };
  Trajectory out = penchant::simulate(problem, dynamics, stop, options);
  if (out.reason == StopReason::checkpointed) {
    write();
  } else if (out.reason != StopReason::interrupted) {
    Writer bytes;
    penchant::write(bytes, out);
    training(name) = {name, true, std::move(bytes).take()};
    if (is_due()) try_to_write();
  }
  return out;
}

bool Checkpoint::stops_here() {
  if (!options_.requested || !options_.requested()) return false;
  write();
  return true;
}

Checkpoint::Training& Checkpoint::training(const std::string& name) {
  for (Training& known : trainings_)
    if (known.name == name) return known;
  return trainings_.emplace_back(Training{name, false, {}});
}

bool Checkpoint::is_due() const {
  return seconds_since(written_) >= std::max(options_.every, kComputingToWriting * seconds_of_writing_);
}

void Checkpoint::write() {
  const auto began = std::chrono::steady_clock::now();
  const std::string folder = std::filesystem::path(options_.path).parent_path().string();
  if (!folder.empty()) make_folder(folder);
  write_durably(options_.path, content());
  seconds_of_writing_ = seconds_since(began);
  written_ = std::chrono::steady_clock::now();
}

// A disk that is full for a while must not end a run of hours.
void Checkpoint::try_to_write() {
  try {
    write();
  } catch (const InvalidInput& error) {
    note(error.what());
    written_ = std::chrono::steady_clock::now();
  }
}

void Checkpoint::note(const std::string& text) const {
  if (options_.note) options_.note(text);
}

}  // namespace penchant
