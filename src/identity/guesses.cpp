#include "identity/guesses.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypto/hash.hpp"
#include "identity/refused.hpp"

namespace oprag::identity {
namespace {

struct Row {
  std::int64_t failures = 0;
  Timestamp blocked_until;
};
BOOST_DESCRIBE_STRUCT(Row, (), (failures, blocked_until))

}  // namespace

// Names are hashed: a list of who tried to sign in is nobody's business.
std::string Guesses::name_bucket(const std::string& name) const {
  return kind_ + " name " + crypto::sha256_hex(ascii_lower(trim(name)));
}

std::string Guesses::address_bucket(const std::string& address) const {
  return kind_ + " address " + address;
}

void Guesses::check(const std::string& name, const std::string& address) const {
  const auto until = database_.read_system([&](db::System& directory) {
    return directory.scalar<std::int64_t>("SELECT MAX(blocked_until) FROM identity_guesses WHERE bucket IN ($1, $2)",
                                          name_bucket(name), address_bucket(address));
  });
  if (until && *until > clock_().ms) throw Refused(refusal_, words_);
}

void Guesses::count_bucket(db::System& directory, const std::string& bucket, std::int64_t free) const {
  const auto now = clock_();
  auto row = directory.one<Row>("SELECT failures, blocked_until FROM identity_guesses WHERE bucket = $1", bucket)
                 .value_or(Row{});
  if (row.blocked_until.ms + guesses_forgotten_ms < now.ms) row.failures = 0;
  ++row.failures;
  const auto beyond = std::clamp<std::int64_t>(row.failures - free, -1, 20);
  const auto wait = beyond < 0 ? 0 : std::min(longest_wait_ms, second_ms << beyond);
  directory.exec(
      "INSERT INTO identity_guesses (bucket, failures, blocked_until) VALUES ($1, $2, $3) "
      "ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures, blocked_until = excluded.blocked_until",
      bucket, row.failures, now.ms + wait);
}

void Guesses::count(db::System& directory, const std::string& name, const std::string& address) const {
  directory.exec("DELETE FROM identity_guesses WHERE blocked_until < $1", clock_().ms - guesses_forgotten_ms);
  count_bucket(directory, name_bucket(name), free_guesses);
  if (!address.empty()) count_bucket(directory, address_bucket(address), free_guesses_of_address);
}

void Guesses::failed(const std::string& name, const std::string& address) {
  database_.write_system([&](db::System& directory) { count(directory, name, address); });
}

void Guesses::succeeded(const std::string& name) {
  const auto bucket = name_bucket(name);
  const bool any = database_.read_system([&](db::System& directory) {
    return directory.scalar<std::int64_t>("SELECT failures FROM identity_guesses WHERE bucket = $1", bucket)
        .has_value();
  });
  if (!any) return;
  database_.write_system([&](db::System& d) { d.exec("DELETE FROM identity_guesses WHERE bucket = $1", bucket); });
}

}  // namespace oprag::identity
