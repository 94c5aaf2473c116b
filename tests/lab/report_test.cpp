#include "penchant/lab/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "penchant/core/npy.h"
#include "penchant/core/json.h"
#include "penchant/core/text.h"
#include "penchant/core/toml.h"
#include "penchant/lab/record_file.h"
#include "penchant/lab/report_words.h"
#include "penchant/lab/run.h"
#include "penchant/lab/spec_toml.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kRegression = R"(
name = "a <b> & 100 %"
[data]
generate = "sparse_regression"
samples = 8
features = 20
nonzeros = 2
seed = 1
[model]
kind = "diagonal"
[init]
scale = 1e-3
[loss]
kind = "squared"
[dynamics]
kind = "gradient_flow"
coordinates = "log_weights"
)";

Value record_of(const char* toml) { return record_value(run(experiment_from(from_toml(toml, "spec.toml"), "spec.toml", ".")), ""); }

const Value& regression() {
  static const Value record = record_of(kRegression);
  return record;
}

std::string words(const Value& record) { return join(plain_words(record), "\n"); }

Value& first(Value& record, std::string_view list) { return record.find(list)->as_list()->front(); }

TEST(PlainWords, agreement_is_told_with_its_distance_and_as_independent_evidence) {
  EXPECT_THAT(words(regression()),
              AllOf(HasSubstr("The samples fix β in 8 directions of 20"), HasSubstr("Training went where theory says (C.flow)"),
                    HasSubstr("independent evidence"), HasSubstr("hypotheses were checked on these data and hold")));
}

TEST(PlainWords, a_run_in_coordinates_of_the_theorem_is_no_independent_evidence) {
  Value record = regression();
  first(record, "comparisons").set("independent", false);
  EXPECT_THAT(words(record), HasSubstr("no independent evidence"));
}

TEST(PlainWords, disagreement_sends_the_reader_to_the_hypotheses) {
  Value record = regression();
  first(record, "comparisons").set("verdict", "disagrees");
  EXPECT_THAT(words(record), AllOf(HasSubstr("Training did not go where theory says (C.flow)"), HasSubstr("more than twice"),
                                   HasSubstr("Look first at the hypotheses")));
}

TEST(PlainWords, an_undecided_theorem_limit_names_what_is_unknown_and_what_would_decide) {
  Value record = regression();
  Value& comparison = first(record, "comparisons");
  comparison.set("verdict", "undecided");
  comparison.find("budget")->set("theory", Value());
  first(record, "predictions").set("strength", "theorem-limit");
  EXPECT_THAT(words(record), AllOf(HasSubstr("No verdict on C.flow"), HasSubstr("not known how much the theorem leaves"),
                                   HasSubstr("A sweep of the small parameter decides")));
}

TEST(PlainWords, a_refusal_names_the_nearest_result_and_guesses_nothing) {
  const Value record = record_of(R"(
[data]
generate = "gaussian_regression"
samples = 4
features = 6
[model]
kind = "linear"
[loss]
kind = "squared"
[dynamics]
kind = "steepest"
norm = "linf"
step_size = 1e-3
[stop]
steps = 20
)");
  ASSERT_TRUE(member(record, "refusal").as_object());
  EXPECT_THAT(words(record),
              AllOf(HasSubstr("The program predicts no end of this training"),
                    HasSubstr(text_of(member(record, "refusal"), "nearest")), Not(HasSubstr("Training went where"))));
}

TEST(PlainWords, failing_and_unchecked_hypotheses_are_counted) {
  Value record = regression();
  Value::List& hypotheses = *first(record, "predictions").find("hypotheses")->as_list();
  ASSERT_EQ(hypotheses.size(), 2);
  hypotheses[0].set("holds", false);
  hypotheses[1].set("holds", Value());
  EXPECT_THAT(words(record), HasSubstr("Of its 2 hypotheses 0 hold, 1 fail, 1 could not be checked."));
}

TEST(PlainWords, the_planted_vector_is_told_with_what_was_found_of_it) {
  Value record = regression();
  record.find("trajectory")->set("recovery",
                                 Value::object({{"truth_error", 0.04}, {"relative_error", 0.2}, {"support_precision", 0.5},
                                                {"support_recall", 1.0},
                                                            {"best_truth_error", 0.01}, {"best_truth_log10_time", 1.5}}));
  EXPECT_THAT(words(record), HasSubstr("the end of the run is off by 20 % of its length, finds 100 % of its non-zeros, and 50 % of "
                                       "what it finds is one of them. "
                                       "Stopped at t = 31.62 it would have been off by 10 %."));
  record.find("trajectory")->set("recovery", Value());
  EXPECT_THAT(words(record), Not(HasSubstr("known β*")));
}

TEST(WordsUsed, only_what_the_record_uses_is_explained) {
  for (const auto& [word, meaning] : words_used(regression())) EXPECT_NE(word, "angle") << "a distance is compared here";
  EXPECT_TRUE(words_used(Value(Value::Object{})).empty());
}

// Every report of what is left when any one member is taken away: another version may leave out, or add, anything.
void without_each(const Value& whole, Value& part, const std::string& path) {
  if (auto* list = part.as_list()) {
    for (std::size_t i = 0; i < std::min<std::size_t>(list->size(), 2); ++i)
      without_each(whole, (*list)[i], cat(path, "[", i, "]"));
    return;
  }
  auto* object = part.as_object();
  if (!object || path.ends_with("transform")) return;
  for (std::size_t i = 0; i < object->size(); ++i) {
    Value kept;
    std::swap(kept, (*object)[i].second);
    for (ReportFormat format : {ReportFormat::html, ReportFormat::markdown, ReportFormat::latex})
      EXPECT_NO_THROW(write_document(record_document(whole), format)) << path << "." << (*object)[i].first;
    std::swap(kept, (*object)[i].second);
    without_each(whole, (*object)[i].second, cat(path, ".", (*object)[i].first));
  }
}

TEST(Report, a_record_without_any_one_member_is_still_reported) {
  Value record = regression();
  for (const char* key : {"w", "dual", "snapshots"})
    if (Value* run = record.find("trajectory")) run->set(key, Value::List{});
  without_each(record, record, "record");
}

TEST(Report, names_of_others_stay_text_in_html) {
  const std::string page = html_report(regression());
  EXPECT_THAT(page, HasSubstr("<title>a &lt;b&gt; &amp; 100 % · Penchant</title>"));
  EXPECT_THAT(page, Not(HasSubstr("a <b>")));
}

TEST(Report, every_table_row_is_as_long_as_its_head) {
  for (const Block& block : record_document(regression()).blocks) {
    const auto* table = std::get_if<ReportTable>(&block);
    if (!table) continue;
    for (const auto& row : table->rows) EXPECT_EQ(row.size(), table->columns.size()) << table->caption;
  }
}

TEST(Report, latex_is_ascii_with_balanced_braces_and_dollars) {
  const std::string text = write_document(record_document(regression()), ReportFormat::latex);
  int depth = 0, dollars = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_LT(static_cast<unsigned char>(text[i]), 0x80) << text.substr(i > 30 ? i - 30 : 0, 60);
    const bool escaped = i > 0 && text[i - 1] == '\\' && !(i > 1 && text[i - 2] == '\\');
    if (escaped) continue;
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    dollars += text[i] == '$';
    EXPECT_GE(depth, 0);
  }
  EXPECT_EQ(depth, 0);
  EXPECT_EQ(dollars % 2, 0);
  EXPECT_THAT(text, AllOf(HasSubstr("\\toprule"), HasSubstr("consistent targets & holds &"), HasSubstr("$\\beta$")));
}

TEST(Report, markdown_has_the_hypotheses_the_certificate_and_the_comparison) {
  const std::string text = write_document(record_document(regression()), ReportFormat::markdown);
  EXPECT_THAT(text, AllOf(HasSubstr("| consistent targets | holds |"), HasSubstr("| bregman_projection | C.flow | solved |"),
                          HasSubstr("| C.flow | agrees |")));
}

TEST(ReportFormat, an_unknown_format_names_the_nearest) {
  EXPECT_EQ(testing::refusal([] { report_format("htm"); }), "--format htm: expected html, md or tex (did you mean \"html\"?)");
}

TEST(ReadRecord, a_newer_schema_and_what_is_no_record_are_refused) {
  const testing::TemporaryFolder folder;
  const auto refused = [&](std::string_view content) {
    const std::string path = folder.write("record.json", content);
    return testing::refusal([&] { read_record(path); });
  };
  EXPECT_THAT(refused(R"({"schema": "penchant/record/2"})"),
              HasSubstr("newer than this program, which reads up to penchant/record/1"));
  EXPECT_THAT(refused(R"({"schema": "penchant/sweep/1"})"), HasSubstr("is not a record"));
  EXPECT_THAT(refused(R"({"schema": "penchant/record/x"})"), HasSubstr("unknown schema"));
  EXPECT_THAT(refused("[1]"), HasSubstr("is not a record: a list of 1"));
  EXPECT_THAT(refused("{"), HasSubstr("not JSON"));
  EXPECT_THAT(testing::refusal([&] { read_record(folder.path("nothing.json")); }), HasSubstr("no such file"));
}

TEST(ReadRecord, arrays_beside_the_record_come_back_and_names_that_lead_elsewhere_do_not) {
  const testing::TemporaryFolder folder;
  folder.write("w.npy", to_npy(Vector::LinSpaced(3, 1.0, 3.0)));
  const char* text =
      R"({"schema": "penchant/record/1", "trajectory": {"w": {"npy": "w.npy"}}, "solutions": [{"w": {"npy": "../w.npy"}}]})";
  folder.write("record.json", text);
  const Value record = read_record(folder.path());
  EXPECT_THAT(numbers_of(member(record, "trajectory"), "w"), ::testing::ElementsAre(1.0, 2.0, 3.0));
  EXPECT_TRUE(numbers_of(list_of(record, "solutions").front(), "w").empty());
}

TEST(SpecToml, a_resolved_spec_reads_back_to_the_same_experiment) {
  const Experiment before = experiment_from(from_toml(kRegression, "spec.toml"), "spec.toml", ".");
  const Experiment after = experiment_from(from_toml(spec_toml(before.spec), "spec.toml"), "spec.toml", ".");
  EXPECT_TRUE(same(before.spec, after.spec)) << spec_toml(before.spec);
  EXPECT_EQ(before.hash, after.hash);
}

TEST(SpecToml, whole_doubles_odd_keys_and_nested_tables_keep_their_kind) {
  const Value spec = Value::object({{"name", "a \"quoted\" \\ name"},
                                    {"sweep", Value::object({{"init.scale", Value::object({{"log", Value::List{1e-6, 1.0, 25}}})},
                                                             {"list", Value::List{"a", true}}})},
                                    {"empty", Value::Object{}},
                                    {"none", Value()}});
  const std::string text = spec_toml(spec);
  const Value back = from_toml(text, "spec");
  Value expected = spec;
  expected.erase("none");
  EXPECT_TRUE(same(back, expected)) << text;
}

}  // namespace
}  // namespace penchant
