#include "penchant/lab/journal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <set>

#include "penchant/core/npy.h"
#include "support/temporary.h"
#include "support/trials.h"

namespace penchant {
namespace {

using testing::refusal;
using testing::same_trial;
using testing::TemporaryFolder;
using testing::trial;
using testing::trials;

constexpr std::uint64_t kMaxBytes = 1 << 28;

std::string journal_of(const TemporaryFolder& folder, const std::string& name = "a") {
  return folder.path("journal/" + name + ".journal");
}

std::string write_journal(const TemporaryFolder& folder, std::uint64_t count) {
  JournalWriter writer(folder.path(), "a");
  for (std::uint64_t i = 0; i < count; i += 3) writer.append(trials(i, std::min(i + 3, count)));
  return writer.path();
}

struct Read {
  std::vector<TrialResult> results;
  std::vector<JournalDamage> damage;
  std::uint64_t end = 0;
};

Read read(const std::string& path, std::uint64_t offset = 0) {
  Read out;
  JournalReader reader(path, offset);
  for (JournalEntry entry; reader.next(entry);) out.results.push_back(entry.result);
  out.damage = reader.damage();
  out.end = reader.end();
  return out;
}

std::set<std::uint64_t> indices(const Read& read) {
  std::set<std::uint64_t> out;
  for (const TrialResult& result : read.results) out.insert(result.index);
  return out;
}

TEST(Journal, trials_come_back_as_they_were_written) {
  const TemporaryFolder folder;
  const Read back = read(write_journal(folder, 10));
  ASSERT_EQ(back.results.size(), 10u);
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_TRUE(same_trial(back.results[i], trial(i))) << i;
  EXPECT_TRUE(back.damage.empty());
  EXPECT_EQ(back.end, std::filesystem::file_size(journal_of(folder)));
}

TEST(Journal, reading_goes_on_where_it_ended) {
  const TemporaryFolder folder;
  JournalWriter writer(folder.path(), "a");
  writer.append(trials(0, 4));
  const std::uint64_t end = read(writer.path()).end;
  writer.append(trials(4, 6));
  EXPECT_EQ(indices(read(writer.path(), end)), (std::set<std::uint64_t>{4, 5}));
}

TEST(Journal, lines_longer_than_the_readers_window_are_read) {
  const TemporaryFolder folder;
  JournalWriter writer(folder.path(), "a");
  for (int i = 0; i < 4; ++i) {
    TrialResult large = trial(static_cast<std::uint64_t>(i));
    large.text.assign(3'000'000, static_cast<char>('a' + i));
    writer.append({&large, 1});
  }
  const Read back = read(writer.path());
  ASSERT_EQ(back.results.size(), 4u);
  EXPECT_EQ(back.results[3].text, std::string(3'000'000, 'd'));
}

// Cut anywhere: what stood complete before the cut is kept, and the next writer appends as if the rest had never been begun.
TEST(Journal, a_file_cut_at_any_byte_keeps_every_complete_line) {
  const TemporaryFolder folder;
  const std::string whole = read_file(write_journal(folder, 4), kMaxBytes);
  for (std::size_t cut = 0; cut <= whole.size(); cut += cut + 8 > whole.size() ? 1 : 41) {
    folder.write("journal/a.journal", whole.substr(0, cut));
    const auto complete =
        static_cast<std::uint64_t>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut), '\n')) +
        (cut < whole.size() && whole[cut] == '\n' ? 1 : 0);
    EXPECT_EQ(read(journal_of(folder)).results.size(), complete) << "cut at " << cut;
    JournalWriter(folder.path(), "a").append(trials(7, 8));
    const Read repaired = read(journal_of(folder));
    EXPECT_EQ(repaired.results.size(), complete + 1) << "cut at " << cut;
    EXPECT_TRUE(repaired.damage.empty()) << "cut at " << cut;
  }
}

TEST(Journal, a_torn_end_is_told_on_opening) {
  const TemporaryFolder folder;
  const std::string path = write_journal(folder, 2);
  const auto size = std::filesystem::file_size(path);
  std::filesystem::resize_file(path, size - 5);
  const JournalWriter writer(folder.path(), "a");
  ASSERT_EQ(writer.damage().size(), 1u);
  EXPECT_TRUE(writer.damage()[0].torn);
  EXPECT_EQ(writer.damage()[0].line, 2u);
  EXPECT_EQ(std::filesystem::file_size(path), writer.damage()[0].offset);
}

// One flipped bit costs at most the line it hits; the reader finds the next line even if the flipped byte was a newline.
TEST(Journal, a_flipped_bit_costs_at_most_its_own_line) {
  const TemporaryFolder folder;
  const std::string whole = read_file(write_journal(folder, 5), kMaxBytes);
  for (std::size_t at = 0; at < whole.size(); at += 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    folder.write("journal/a.journal", bytes);
    const auto hit = static_cast<std::uint64_t>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    const bool newline = whole[at] == '\n';
    const Read back = read(journal_of(folder));
    for (std::uint64_t i = 0; i < 5; ++i) EXPECT_EQ(indices(back).count(i), i != hit || newline ? 1u : 0u) << "byte " << at;
    ASSERT_EQ(back.damage.size(), 1u) << "byte " << at;
    EXPECT_EQ(back.damage[0].line, hit + 1) << back.damage[0].text();
    for (const TrialResult& result : back.results) EXPECT_TRUE(same_trial(result, trial(result.index)));
  }
}

TEST(Journal, zeros_left_by_a_crash_are_passed_over_and_told) {
  const TemporaryFolder folder;
  const std::string whole = read_file(write_journal(folder, 6), kMaxBytes);
  const std::size_t middle = whole.find('\n', whole.size() / 2) + 1;
  folder.write("journal/a.journal", whole.substr(0, middle) + std::string(3'000'000, '\0') + whole.substr(middle));
  const Read back = read(journal_of(folder));
  EXPECT_EQ(back.results.size(), 6u);
  ASSERT_EQ(back.damage.size(), 1u);
  EXPECT_EQ(back.damage[0].bytes, 3'000'000u);
  EXPECT_EQ(back.damage[0].offset, middle);
}

TEST(Journal, a_line_of_something_else_is_told_though_its_checksum_holds) {
  const TemporaryFolder folder;
  const std::string path = write_journal(folder, 1);
  const std::string json = "{\"key\":1}";
  std::string line = read_file(path, kMaxBytes);
  char head[64];
  std::snprintf(head, sizeof head, "trial1 %08zx %016llx ", json.size(), static_cast<unsigned long long>(checksum(json)));
  folder.write("journal/a.journal", head + json + "\n" + line);
  const Read back = read(path);
  EXPECT_EQ(back.results.size(), 1u);
  ASSERT_EQ(back.damage.size(), 1u);
  EXPECT_NE(back.damage[0].text().find("not a trial: \"key\" is not text"), std::string::npos) << back.damage[0].text();
}

TEST(Journal, a_second_writer_is_refused_with_the_first_ones_process_and_host) {
  const TemporaryFolder folder;
  const JournalWriter first(folder.path(), "a");
  const std::string text = refusal([&] { JournalWriter second(folder.path(), "a"); });
  EXPECT_EQ(text, cat(journal_of(folder), ": is being written by process ", static_cast<int>(getpid()), " on ", host_name()));
  const JournalWriter other(folder.path(), "b");  // another journal of the same store
}

TEST(Journal, a_journal_is_free_once_its_writer_is_gone) {
  const TemporaryFolder folder;
  { const JournalWriter first(folder.path(), "a"); }
  const JournalWriter second(folder.path(), "a");
  EXPECT_TRUE(second.damage().empty());
}

TEST(Journal, arrays_lie_beside_the_line_that_names_them) {
  const TemporaryFolder folder;
  TrialResult with = trial(3);
  with.arrays = {{"w", Vector::LinSpaced(5, 0.0, 1.0)}, {"log10_loss", Vector::Constant(2, -3.0)}};
  JournalWriter writer(folder.path(), "a");
  writer.append({&with, 1});
  JournalReader reader(writer.path());
  JournalEntry entry;
  ASSERT_TRUE(reader.next(entry));
  ASSERT_EQ(entry.arrays.size(), 2u);
  EXPECT_EQ(entry.arrays[0].name, "w");
  EXPECT_EQ(entry.arrays[0].length, 5u);
  const std::string bytes = read_file(folder.path("arrays/" + array_file_name(with.key, "w")), kMaxBytes);
  EXPECT_EQ(entry.arrays[0].checksum, checksum(bytes));
  EXPECT_EQ(Vector(from_npy(bytes, "w").col(0)), with.arrays[0].second);
}

TEST(Journal, a_name_that_is_a_path_is_refused) {
  const TemporaryFolder folder;
  EXPECT_NE(refusal([&] { JournalWriter writer(folder.path(), "../a"); }).find("journal name \"../a\""), std::string::npos);
}

// Runs in a process of its own: limits cannot be raised again.
int append_until_the_limit(const std::string& folder) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{4000, 4000};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
  JournalWriter writer(folder, "a");
  for (std::uint64_t i = 0; i < 100; ++i) {
    try {
      writer.append(trials(i, i + 1));
    } catch (const StoreError& error) {
      if (std::string(error.what()).find("File too large") == std::string::npos) return 2;
      const auto kept = read(writer.path());
      return kept.results.size() == i && kept.damage.empty() && i > 3 ? 0 : 3;
    }
  }
  return 4;
}

TEST(Journal, a_file_size_limit_is_a_clear_error_and_keeps_whole_batches) {
  const TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) _exit(append_until_the_limit(folder.path()));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "status " << status;
  EXPECT_GT(read(journal_of(folder)).results.size(), 3u);
}

}  // namespace
}  // namespace penchant
