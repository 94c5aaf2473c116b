#include "penchant/data/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "penchant/core/toml.h"
#include "support/temporary.h"

namespace penchant {
namespace {

using testing::refusal;

DataSpec read(std::string_view toml) { return data_from(from_toml(toml, "s.toml"), Where{"s.toml", "data", 0}); }
std::string read_error(std::string_view toml) {
  return refusal([&] { read(toml); });
}

constexpr std::string_view kSparse = "generate = 'sparse_regression'\nsamples = 10\nfeatures = 20\nnonzeros = 3\n";

TEST(DataSpec, classes_of_every_form_become_two_groups_of_labels) {
  using Groups = std::vector<std::vector<std::string>>;
  const std::string file = "file = 'a.csv'\ntarget = 'y'\nclasses = ";
  EXPECT_EQ(read(file + "['a', 'b']").classes, (Groups{{"a"}, {"b"}}));
  EXPECT_EQ(read(file + "['a', 'rest']").classes, (Groups{{"a"}, {"rest"}}));
  EXPECT_EQ(read(file + "[['a'], ['b', 'c']]").classes, (Groups{{"a"}, {"b", "c"}}));
  EXPECT_EQ(read(file + "[0, [1, 2.5]]").classes, (Groups{{"0"}, {"1", "2.5"}}));
}

TEST(DataSpec, test_is_a_fraction_or_a_file) {
  EXPECT_EQ(read("file = 'a.csv'\ntarget = 'y'\ntest = 0.25").test_fraction, 0.25);
  EXPECT_EQ(read("file = 'a.csv'\ntarget = 'y'\ntest = 'b.csv'").test_file, "b.csv");
}

TEST(DataSpec, what_is_written_reads_back_the_same) {
  for (const std::string& toml :
       {std::string("file = 'a.csv'\ntarget = 'y'\nclasses = ['a', ['b', 'c']]\nrows = '3:'\ntest = 0.5\nseed = 7\npolynomial = 2"),
        std::string("file = 'a.svm'\ntest = 'b.svm'\nintercept = true"),
        std::string("x = 'x.npy'\ny = 'y.npy'\nmax_bytes = 1e6\nfolds = 5"),
        std::string(kSparse) + "value = 2.0\nlaw = 'normal'\npositive = true\ndecay = 0.5\nnoise_variance = 0.1\nseed = 3",
        std::string("generate = 'separable'\nsamples = 5\nfeatures = 2\nmargin = 0.5")}) {
    const Value given = from_toml(toml, "s.toml"), written = to_value(read(toml));
    const Value again = to_value(data_from(written, Where{"again", "data", 0}));
    EXPECT_TRUE(same(written, again)) << toml;
    for (const auto& [key, value] : *given.as_object()) EXPECT_NE(written.find(key), nullptr) << key;
  }
  EXPECT_EQ(to_value(read("file = 'a.csv'\ntarget = 'y'\n")).find("samples"), nullptr) << "not read by a file";
}

TEST(DataSpec, defaults_are_those_of_the_header) {
  const DataSpec data = read("file = 'a.csv'\ntarget = 'y'");
  EXPECT_EQ(data.polynomial, 1);
  EXPECT_FALSE(data.standardise || data.centre_target || data.intercept);
  EXPECT_EQ(data.max_bytes, 1'000'000'000u);
  EXPECT_FALSE(uses_seed(data));
}

TEST(DataSpec, exactly_one_complete_source_is_asked_for) {
  const std::string expected = "one of `file` with `target`, `x` with `y`, or `generate`";
  EXPECT_EQ(read_error("standardise = true"), "s.toml: data: no source of data, expected " + expected);
  EXPECT_EQ(read_error("file = 'a.csv'\ntarget = 'y'\ngenerate = 'separable'"),
            "s.toml: data: two sources, file and generate; expected " + expected);
  EXPECT_EQ(read_error("file = 'a.csv'"), "s.toml: data: target is missing; data from file need file, target");
  EXPECT_EQ(read_error("x = 'a.csv'"), "s.toml: data: y is missing; data from x and y need x, y");
  EXPECT_EQ(
      read_error("generate = 'sparse_regression'\nsamples = 3\nfeatures = 4"),
      "s.toml: data: nonzeros is missing; data from generate = \"sparse_regression\" need generate, samples, features, nonzeros");
  EXPECT_EQ(read_error("file = ''\ntarget = 'y'"), "s.toml:1: data.file: is empty");
}

TEST(DataSpec, a_key_that_the_source_does_not_read_is_refused) {
  EXPECT_EQ(read_error("file = 'a.csv'\ntarget = 'y'\nsamples = 4"), "s.toml:3: data.samples: is not read with data from file");
  EXPECT_EQ(read_error("x = 'a.csv'\ny = 'b.csv'\ntarget = 'y'"), "s.toml:3: data.target: is not read with data from x and y");
  EXPECT_EQ(read_error("generate = 'separable'\nsamples = 4\nfeatures = 2\nnonzeros = 1"),
            "s.toml:4: data.nonzeros: is not read with data from generate = \"separable\"");
  EXPECT_EQ(read_error(std::string(kSparse) + "rows = '0:2'"),
            "s.toml:5: data.rows: is not read with data from generate = \"sparse_regression\"");
  EXPECT_EQ(read_error("file = 'a.csv'\ntarget = 'y'\nseed = 4"),
            "s.toml:3: data.seed: is not read: nothing is drawn without generate, test = FRACTION or folds");
}

TEST(DataSpec, unknown_names_come_with_the_nearest_known_one) {
  EXPECT_EQ(read_error("file = 'a.csv'\ntarget = 'y'\nstandardize = true"),
            "s.toml:3: data.standardize: unknown key (did you mean \"standardise\"?)");
  EXPECT_EQ(read_error("generate = 'seperable'\nsamples = 4\nfeatures = 2"),
            "s.toml:1: data.generate: unknown generator \"seperable\" (did you mean \"separable\"?)");
  EXPECT_EQ(read_error("generate = 'separable'\nrank = 2"), "s.toml:2: data.rank: unknown key; known: " + join(data_keys(), ", "));
}

TEST(DataSpec, values_outside_their_domain_are_refused_with_the_domain) {
  const std::string file = "file = 'a.csv'\ntarget = 'y'\n";
  EXPECT_EQ(read_error(file + "polynomial = 0"), "s.toml:3: data.polynomial: got 0, expected an integer from 1 to 20");
  EXPECT_EQ(read_error(file + "test = 1.0"), "s.toml:3: data.test: got 1, expected a fraction between 0 and 1 or a file");
  EXPECT_EQ(read_error(file + "folds = 1"), "s.toml:3: data.folds: got 1, expected an integer >= 2");
  EXPECT_EQ(read_error(file + "held_out = 1"), "s.toml:3: data.held_out: needs folds: their number");
  EXPECT_EQ(read_error(file + "folds = 3\nheld_out = 3"), "s.toml:4: data.held_out: got 3, expected a fold from 0 to 2");
  EXPECT_EQ(read_error(file + "rows = '5:5'"),
            "s.toml:3: data.rows: got \"5:5\", expected rows as \"0:40\" (half open, counted from 0)");
  EXPECT_EQ(read_error(file + "rows = '-5:5'"),
            "s.toml:3: data.rows: got \"-5:5\", expected rows as \"0:40\" (half open, counted from 0)");
  EXPECT_EQ(read_error(file + "classes = ['a']"),
            "s.toml:3: data.classes: got a list of 1, expected two groups of labels, as [\"a\", \"b\"], [\"a\", \"rest\"] or "
            "[[\"a\"], [\"b\", \"c\"]]");
  EXPECT_EQ(read_error(file + "classes = ['a', ['b', 'a']]"), "s.toml:3: data.classes: label \"a\" is given twice");
  EXPECT_EQ(read_error(file + "classes = ['a', ['rest', 'b']]"),
            "s.toml:3: data.classes: \"rest\" stands for all other labels, so it must be alone in its group");
  EXPECT_EQ(read_error(file + "classes = ['a', 'b']\ncentre_target = true"),
            "s.toml:4: data.centre_target: targets of a classification are -1 and +1 and cannot be centred");
  EXPECT_EQ(read_error("generate = 'gaussian_regression'\nsamples = 0\nfeatures = 2"),
            "s.toml:2: data.samples: got 0, expected an integer >= 1");
  EXPECT_EQ(read_error("generate = 'separable'\nsamples = 1\nfeatures = 2"),
            "s.toml:2: data.samples: got 1, expected at least 2: one of each class");
  EXPECT_EQ(read_error(std::string(kSparse) + "law = 'cauchy'"),
            "s.toml:5: data.law: got \"cauchy\", expected \"equal\" or \"normal\"");
  EXPECT_EQ(read_error(std::string(kSparse) + "decay = -1.0"), "s.toml:5: data.decay: got -1, expected a number >= 0");
  EXPECT_EQ(read_error("generate = 'gaussian_regression'\nsamples = 3\nfeatures = 2\npositive = true"),
            "s.toml:4: data.positive: is not read with data from generate = \"gaussian_regression\"");
  EXPECT_EQ(read_error("generate = 'sparse_regression'\nsamples = 3\nfeatures = 2\nnonzeros = 3"),
            "s.toml:4: data.nonzeros: got 3, expected at most features = 2");
}

TEST(DataSpec, keys_are_those_of_the_vocabulary) {
  EXPECT_THAT(data_keys(), ::testing::UnorderedElementsAre("file", "target", "x", "y", "rows", "classes", "polynomial",
                                                           "standardise", "centre_target", "intercept", "test", "folds", "held_out",
                                                           "max_bytes", "generate", "samples", "features", "nonzeros", "value",
                                                           "law", "positive", "decay", "noise_variance", "margin", "seed"));
}

TEST(DataSpec, row_ranges_are_half_open_and_within_the_file) {
  EXPECT_EQ(row_range("2:5", 5), (std::pair<long, long>{2, 5}));
  EXPECT_EQ(row_range(":", 5), (std::pair<long, long>{0, 5}));
  EXPECT_EQ(row_range("3:", 5), (std::pair<long, long>{3, 5}));
  for (const char* bad : {"2:6", "5:", "3:3", "4:2", "", "3", "a:b", "1:2:3", "-1:2", " 1:2", "1:99999999999999999999"})
    EXPECT_FALSE(row_range(bad, 5)) << bad;
}

}  // namespace
}  // namespace penchant
