#include "features/idempotency/records.hpp"

#include "base/mutant.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/seal.hpp"
#include "http/router.hpp"

namespace oprag::idempotency {

Key::Key(const Caller& caller, const http::Request& request, const http::Spec& spec) {
  const std::string value(request.headers["Idempotency-Key"]);
  const std::array<std::string_view, 4> scope{spec.method, spec.path, request.path, value};
  auto text = mutant("idempotency caller") ? std::string() : caller.subject();
  // Who founds a company with this request had none before it.
  if (spec.access != http::Access::signed_in) text.append(1, '\0').append(caller.company.value);
  for (const auto part : scope) text.append(1, '\0').append(part);
  record_id = crypto::sha256_hex(text);
  seal = crypto::derive_key(value, "idempotency answer", crypto::seal_key_bytes);
  fingerprint =
      crypto::hex_encode(crypto::hmac_sha256(crypto::derive_key(value, "idempotency fingerprint"), request.body));
}

void Key::require_same(const std::string& stored_fingerprint) const {
  if (stored_fingerprint == fingerprint) return;
  throw Error(ErrorCode::idempotency_mismatch, "This Idempotency-Key was used with another body");
}

// The key is taken by this request as long as one lives.
class Records::Running {
 public:
  Running(Records& records, const std::string& id) : records_(records), id_(id) {
    const std::lock_guard lock(records_.mutex_);
    if (!records_.running_.insert(id_).second) refuse();
  }
  ~Running() {
    const std::lock_guard lock(records_.mutex_);
    records_.running_.erase(id_);
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[noreturn]] static void refuse() {
    throw Error(ErrorCode::in_progress, "The first request with this Idempotency-Key is still running");
  }

 private:
  Records& records_;
  std::string id_;
};

namespace {

constexpr std::int64_t forget_every_ms = 10 * minute_ms;

struct Row {
  std::string fingerprint;
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(Row, (), (fingerprint, answer))

struct Field {
  std::string name, value;
};
BOOST_DESCRIBE_STRUCT(Field, (), (name, value))

struct StoredAnswer {
  std::int64_t status = 0;
  std::vector<Field> headers;
  std::string body;
};
BOOST_DESCRIBE_STRUCT(StoredAnswer, (), (status, headers, body))

bool is_kept(const http::Response& response) {
  return response.status < 300 && !response.stream;
}

}  // namespace

http::Response Records::run_once(const Caller& caller, const http::Request& request, const http::Spec& spec,
                                 const std::function<http::Response()>& handler) {
  const Key key(caller, request, spec);
  const Running running(*this, key.record_id);
  forget_old();
  return database_.write_system([&](db::System& directory) {
    // Between nodes a lock of the transaction: it goes with the process that held it.
    if (database_.engine() == "postgres" &&
        !directory.scalar<bool>("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", key.record_id).value()) {
      Running::refuse();
    }
    if (auto answer = recorded(directory, key)) return std::move(*answer);
    auto response = handler();
    if (is_kept(response)) record(directory, key, response);
    return response;
  });
}

std::optional<http::Response> Records::recorded(const Caller& caller, const http::Request& request,
                                                const http::Spec& spec) {
  const Key key(caller, request, spec);
  forget_old();
  return database_.read_system([&](db::System& directory) { return recorded(directory, key); });
}

bool Records::has(db::System& directory, const Key& key) const {
  return directory
      .scalar<std::int64_t>("SELECT 1 FROM idempotency_records WHERE record_id = $1 AND expires_at > $2", key.record_id,
                            clock_())
      .has_value();
}

std::optional<http::Response> Records::recorded(db::System& directory, const Key& key) const {
  const auto row =
      directory.one<Row>("SELECT fingerprint, answer FROM idempotency_records WHERE record_id = $1 AND expires_at > $2",
                         key.record_id, clock_());
  if (!row) return {};
  key.require_same(row->fingerprint);
  const auto plain = crypto::open(key.seal, crypto::base64url_decode(row->answer).value(), key.record_id);
  auto stored = json::decode<StoredAnswer>(json::parse(plain.value()));
  http::Response response{.status = static_cast<int>(stored.status), .body = std::move(stored.body)};
  for (auto& field : stored.headers) response.headers.add(std::move(field.name), std::move(field.value));
  return response;
}

void Records::record(db::System& directory, const Key& key, const http::Response& response) const {
  StoredAnswer stored{response.status, {}, response.body};
  for (const auto& [name, value] : response.headers) stored.headers.push_back({name, value});
  const auto sealed = crypto::base64url_encode(crypto::seal(key.seal, json::to_text(stored), key.record_id));
  // The conflict is a record that has expired.
  directory.exec(
      "INSERT INTO idempotency_records (record_id, fingerprint, answer, expires_at) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (record_id) DO UPDATE SET fingerprint = excluded.fingerprint, answer = excluded.answer, "
      "expires_at = excluded.expires_at",
      key.record_id, key.fingerprint, sealed, clock_() + record_hours * hour_ms);
}

void Records::forget_old() {
  const auto now = clock_();
  auto last = forgotten_at_.load();
  if (now.ms < last + forget_every_ms || !forgotten_at_.compare_exchange_strong(last, now.ms)) return;
  database_.tally(
      [&](db::System& directory) { directory.exec("DELETE FROM idempotency_records WHERE expires_at <= $1", now); });
}

}  // namespace oprag::idempotency
