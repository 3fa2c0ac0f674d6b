#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/environment.hpp"

namespace oprag::app {
namespace {

using Values = std::map<std::string, std::string>;

const Values bucket = {{"objects", "s3"},
                       {"s3_endpoint", "https://s3.example.com/"},
                       {"s3_bucket", "documents"},
                       {"s3_access_key", "AK"},
                       {"s3_secret_key", "hidden"}};

Settings with(Values more) {
  more.insert(bucket.begin(), bucket.end());
  return resolve({{}, {}, std::move(more)});
}

std::string refusal_of(const Values& flags) {
  try {
    resolve({{}, {}, flags});
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "not refused";
}

TEST(Settings, TakeTheCommandLineBeforeTheEnvironmentBeforeTheFile) {
  const auto settings = resolve({{{"region", "file"}, {"environment", "file"}, {"workers", "3"}},
                                 {{"region", "environment"}, {"environment", "environment"}},
                                 {{"region", "flag"}}});
  EXPECT_EQ(settings.region, "flag");
  EXPECT_EQ(settings.environment, "environment");
  EXPECT_EQ(settings.workers, 3);
}

TEST(Settings, NameWhatABucketLacks) {
  EXPECT_EQ(with({}).bucket.endpoint, "https://s3.example.com");
  for (const auto* name : {"s3_endpoint", "s3_bucket", "s3_access_key", "s3_secret_key"}) {
    auto lacking = bucket;
    lacking.erase(name);
    EXPECT_EQ(refusal_of(lacking), std::string("objects = s3 needs ") + name);
  }
  EXPECT_EQ(refusal_of({{"s3_bucket", "documents"}}), "s3_bucket needs objects = s3");
}

TEST(Settings, MeanTheSamePrefixHoweverItsSlashesStand) {
  for (const auto* text : {"a/b", "/a/b", "a/b/", "//a/b//"})
    EXPECT_EQ(with({{"s3_prefix", text}}).bucket.prefix, "a/b/");
  for (const auto* text : {"", "/"}) EXPECT_EQ(with({{"s3_prefix", text}}).bucket.prefix, "");
}

TEST(Settings, ReadASecretFromTheFileThatIsNamed) {
  const auto file = std::filesystem::temp_directory_path() / ("oprag-secret-" + random_base62(12));
  std::ofstream(file) << "hid den\r\n";
  auto flags = bucket;
  flags["s3_secret_key"] = "file:" + file.string();
  const auto settings = resolve({{}, {}, flags});
  EXPECT_EQ(settings.bucket.secret_key.reveal(), "hid den");
  EXPECT_EQ(settings.shown.at("s3_secret_key"), "***");
  EXPECT_EQ(resolve({{}, {}, {{"environment", "file:" + file.string()}}}).environment, "file:" + file.string());
  std::filesystem::remove(file);
  EXPECT_EQ(refusal_of(flags), "setting s3_secret_key names the file " + file.string() + ", which cannot be read");
}

}  // namespace
}  // namespace oprag::app
