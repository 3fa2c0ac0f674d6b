#include "mail/mailer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/text.hpp"
#include "crypto/encoding.hpp"

namespace oprag::mail {
namespace {

constexpr Timestamp noon{1'781'006'400'000};  // 2026-06-09T12:00:00Z

std::string variable(const char* name) {
  const auto* value = std::getenv(name);
  return value ? value : "";
}

// The decoded content of the n-th part.
std::string part_of(const std::string& message, int n) {
  std::size_t at = 0;
  for (int i = 0; i <= n; ++i) at = message.find("Content-Transfer-Encoding: base64\r\n\r\n", at) + 37;
  auto encoded = message.substr(at, message.find("--", at) - at);
  std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
  return crypto::base64_decode(encoded).value();
}

TEST(Letters, CarryBothFormsInLinesThatAnyServerTakes) {
  const auto letter = invitation("ben@example.com", "Müller & Söhne", "Ann <script>", "https://x.test/invite#a=1&b=2");
  const auto message = message_of(letter, "oprag <oprag@example.com>", noon, "B");
  EXPECT_TRUE(message.starts_with("Date: Tue, 09 Jun 2026 12:00:00 +0000\r\n"));
  EXPECT_EQ(part_of(message, 0), letter.text);
  EXPECT_EQ(part_of(message, 1), letter.html);
  EXPECT_TRUE(letter.text.contains("https://x.test/invite#a=1&b=2\n"));
  EXPECT_TRUE(letter.html.contains("href=\"https://x.test/invite#a=1&amp;b=2\""));
  EXPECT_FALSE(letter.html.contains("<script>"));
  std::size_t longest = 0;
  for (std::size_t at = 0, end = 0; (end = message.find("\r\n", at)) != std::string::npos; at = end + 2) {
    longest = std::max(longest, end - at);
  }
  EXPECT_LE(longest, 100u);
  EXPECT_TRUE(std::ranges::all_of(message, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST(Letters, LetNothingBeginAHeaderOfItsOwn) {
  const auto letter = invitation("ben@example.com\r\nBcc: eve@example.com", "Acme\r\nBcc: eve@example.com", "Ann", "u");
  const auto message = message_of(letter, "oprag@example.com\nBcc: eve@example.com", noon, "B");
  EXPECT_FALSE(message.contains("\nBcc:"));
}

TEST(Letters, SayTheirCode) {
  EXPECT_TRUE(confirmation_code("a@example.com", "123456").text.contains("123456"));
  EXPECT_TRUE(reset_code("a@example.com", "654321").html.contains("654321"));
}

class Smtp : public ::testing::Test {
 protected:
  void SetUp() override {
    settings.url = variable("OPRAG_TEST_SMTP");
    if (settings.url.empty()) GTEST_SKIP() << "no mail server: run through scripts/services";
    settings.from = "oprag <oprag@example.com>";
    settings.user = "oprag";
    settings.password = Secret("letters");
    settings.ca_file = variable("OPRAG_TEST_SMTP_CA");
  }
  void send(const Letter& letter) {
    SmtpMailer(settings, [] { return noon; }, random_base62).send(letter);
  }
  static std::filesystem::path box() { return variable("OPRAG_TEST_SMTP_BOX"); }
  static std::string received(const std::string& to) {
    std::ifstream in(box() / to, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  SmtpSettings settings;
  std::string to = ascii_lower(random_base62(12)) + "@example.com";
};

TEST_F(Smtp, DeliversALetterUnderTlsToARealServer) {
  const auto letter = invitation(to, "Müller & Söhne", "Ann", "https://x.test/invite#token=abc");
  send(letter);
  const auto message = received(to);
  EXPECT_TRUE(message.contains("To: " + to + "\r\n"));
  EXPECT_TRUE(message.contains("From: oprag <oprag@example.com>\r\n"));
  EXPECT_EQ(part_of(message, 0), letter.text);
  EXPECT_EQ(part_of(message, 1), letter.html);
}

TEST_F(Smtp, FailsOnAWrongPassword) {
  settings.password = Secret("wrong");
  EXPECT_THROW(send(reset_code(to, "123456")), NotSent);
  EXPECT_FALSE(std::filesystem::exists(box() / to));
}

TEST_F(Smtp, FailsWhenItDoesNotKnowTheServersAuthority) {
  settings.ca_file.clear();
  EXPECT_THROW(send(reset_code(to, "123456")), NotSent);
  EXPECT_FALSE(std::filesystem::exists(box() / to));
}

TEST_F(Smtp, FailsWhenNobodyListens) {
  settings.url = "smtp://127.0.0.1:1";
  EXPECT_THROW(send(reset_code(to, "123456")), NotSent);
}

TEST_F(Smtp, RefusesAnAddressThatWouldSpeakToTheServer) {
  EXPECT_THROW(send(reset_code(to + ">\r\nRCPT TO:<eve@example.com", "123456")), NotSent);
}

}  // namespace
}  // namespace oprag::mail
