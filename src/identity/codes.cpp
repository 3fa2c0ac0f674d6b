#include "identity/codes.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {
namespace {

std::string six_digits() {
  std::uint32_t n = 0;
  for (const char c : random_bytes(4)) n = (n << 8) | static_cast<unsigned char>(c);
  const auto text = std::to_string(n % 1'000'000);
  return std::string(6 - text.size(), '0') + text;
}

struct Row {
  std::string code_hash;
  Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(Row, (), (code_hash, expires_at))

}  // namespace

void refuse_code() {
  throw Refused("CodeMismatchException", "Invalid verification code provided, please try again or request a new code.");
}

std::string Codes::hash_of(const std::string& subject, const std::string& code) const {
  return crypto::hex_encode(crypto::hmac_sha256(keys_.key_for("codes"), subject + code));
}

std::string Codes::make(db::System& directory, const std::string& subject, CodePurpose purpose) const {
  auto code = six_digits();
  directory.exec(
      "INSERT INTO identity_codes (subject, purpose, code_hash, tries, expires_at) VALUES ($1, $2, $3, 0, $4) "
      "ON CONFLICT (subject, purpose) DO UPDATE SET code_hash = excluded.code_hash, tries = 0, "
      "expires_at = excluded.expires_at",
      subject, purpose, hash_of(subject, code), clock_().ms + code_hours * hour_ms);
  return code;
}

void Codes::use(db::System& directory, const std::string& subject, CodePurpose purpose, const std::string& code) const {
  const auto row = directory.one<Row>(
      "SELECT code_hash, expires_at FROM identity_codes WHERE subject = $1 AND purpose = $2", subject, purpose);
  if (!row || !crypto::constant_time_equal(row->code_hash, hash_of(subject, code))) refuse_code();
  if (row->expires_at < clock_()) {
    throw Refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
  }
  directory.exec("DELETE FROM identity_codes WHERE subject = $1 AND purpose = $2", subject, purpose);
}

void Codes::count_try(const std::string& subject, CodePurpose purpose) {
  database_.write_system([&](db::System& directory) {
    directory.exec("UPDATE identity_codes SET tries = tries + 1 WHERE subject = $1 AND purpose = $2", subject, purpose);
    directory.exec("DELETE FROM identity_codes WHERE subject = $1 AND purpose = $2 AND tries >= $3", subject, purpose,
                   code_tries);
  });
}

}  // namespace oprag::identity
