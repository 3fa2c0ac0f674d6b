#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <unordered_map>

#include "base/mutant.hpp"
#include "db/connection_pool.hpp"
#include "db/database.hpp"
#include "db/postgres_connection.hpp"

namespace oprag::db {
namespace {

constexpr int attempts = 8;

struct Retry {};  // a serialisation failure or a deadlock: run the transaction again

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(std::string("cannot connect to PostgreSQL: ") + PQerrorMessage(connection_.get()));
  }
  PQsetNoticeReceiver(connection_.get(), [](void*, const PGresult*) {}, nullptr);
}

void PostgresConnection::Close::operator()(PGconn* c) const {
  PQfinish(c);
}

namespace {

// Values in PostgreSQL's text form; blobs as \x… hex.
std::string text_of(const Value& value) {
  if (const auto* n = std::get_if<std::int64_t>(&value)) return std::to_string(*n);
  if (const auto* d = std::get_if<double>(&value)) {
    std::array<char, 40> out{};
    const auto end = std::to_chars(out.data(), out.data() + out.size(), *d).ptr;
    return {out.data(), end};
  }
  if (const auto* b = std::get_if<Blob>(&value)) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out = "\\x";
    for (const char c : b->bytes) {
      const auto byte = static_cast<unsigned char>(c);
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
    return out;
  }
  return std::get<std::string>(value);
}

Value value_of(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return std::monostate{};
  const std::string text(PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
  switch (PQftype(result, column)) {
    case 16:
      return std::int64_t{text == "t"};  // boolean
    case 20:
    case 21:
    case 23:
      return std::int64_t{std::stoll(text)};  // int8, int2, int4
    case 700:
    case 701:
      return std::stod(text);  // float4, float8
    case 1700: {               // numeric: sums of whole numbers
      if (text.find('.') == std::string::npos) return std::int64_t{std::stoll(text)};
      return std::stod(text);
    }
    case 17: {  // bytea
      std::size_t length = 0;
      auto* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text.c_str()), &length);
      Blob out{std::string(reinterpret_cast<char*>(bytes), length)};
      PQfreemem(bytes);
      return out;
    }
    default:
      return text;
  }
}

struct Clear {
  void operator()(PGresult* r) const { PQclear(r); }
};
using Result = std::unique_ptr<PGresult, Clear>;

void check(const PGresult* result) {
  const auto status = PQresultStatus(result);
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return;
  const char* raw = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string state = raw ? raw : "";
  const std::string words = std::string("PostgreSQL: ") + PQresultErrorMessage(result);
  if (state == "40001" || state == "40P01") throw Retry{};
  if (state == "23505") throw UniqueViolation(words);
  throw std::runtime_error(words);
}

}  // namespace

Rows PostgresConnection::run(std::string_view sql, std::span<const Value> parameters) {
  std::vector<std::string> text(parameters.size());
  std::vector<const char*> pointers(parameters.size(), nullptr);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (is_null(parameters[i])) continue;
    text[i] = text_of(parameters[i]);
    pointers[i] = text[i].c_str();
  }
  auto* c = connection_.get();
  auto it = prepared_.find(std::string(sql));
  if (it == prepared_.end()) {
    const auto name = "s" + std::to_string(prepared_.size());
    const Result made(PQprepare(c, name.c_str(), std::string(sql).c_str(), 0, nullptr));
    check(made.get());
    it = prepared_.emplace(std::string(sql), name).first;
  }
  // A statement that names fewer parameters than were given (a directory statement of a tenant's $1, say) is sent only
  // those.
  auto count = parameter_counts_.find(it->second);
  if (count == parameter_counts_.end()) {
    const Result described(PQdescribePrepared(c, it->second.c_str()));
    check(described.get());
    count = parameter_counts_.emplace(it->second, PQnparams(described.get())).first;
  }
  if (count->second > static_cast<int>(parameters.size()))
    throw std::logic_error("SQL names a parameter that was not given");
  const Result result(PQexecPrepared(c, it->second.c_str(), count->second, pointers.data(), nullptr, nullptr, 0));
  check(result.get());

  Rows out;
  const int columns = PQnfields(result.get());
  for (int i = 0; i < columns; ++i) out.columns.emplace_back(PQfname(result.get(), i));
  for (int r = 0; r < PQntuples(result.get()); ++r) {
    auto& row = out.rows.emplace_back();
    for (int i = 0; i < columns; ++i) row.push_back(value_of(result.get(), r, i));
  }
  const std::string changed = PQcmdTuples(result.get());
  out.changed = changed.empty() ? 0 : std::stoll(changed);
  return out;
}

void PostgresConnection::command(const std::string& sql) {
  const Result result(PQexec(connection_.get(), sql.c_str()));
  check(result.get());
}

bool PostgresConnection::bypasses_row_security() {
  const auto rows =
      run("SELECT CASE WHEN rolsuper OR rolbypassrls THEN 1 ELSE 0 END FROM pg_roles WHERE rolname = current_user", {});
  return rows.rows.empty() || std::get<std::int64_t>(rows.rows.front().front()) != 0;
}

namespace {

std::unique_ptr<PostgresConnection> open_restricted(const std::string& url) {
  auto connection = std::make_unique<PostgresConnection>(url);
  if (mutant("rls")) return connection;
  // The second lock is worth something only under a role that cannot step over it.
  if (connection->bypasses_row_security()) connection->command(std::string("SET ROLE ") + std::string(restricted_role));
  if (connection->bypasses_row_security())
    throw std::runtime_error("the PostgreSQL role could bypass row level security");
  return connection;
}

class Postgres final : public Database {
 public:
  Postgres(const std::string& url, std::size_t connections)
      : limit_(connections), connections_(connections, [url] { return open_restricted(url); }) {
    connections_.take();  // a wrong URL or role is known at start, not at the first request
  }

  std::string_view engine() const override { return "postgres"; }
  void snapshot_to(const std::string&) override {
    throw std::logic_error("a PostgreSQL database is backed up with pg_dump");
  }

 private:
  using Lease = ConnectionPool<PostgresConnection>::Lease;

  void transact(Mode mode, const CompanyId& company, const Work& work) override {
    if (open_.database == this) return join(mode, company, work);
    for (int attempt = 1;; ++attempt) {
      auto lease = begun(mode);
      try {
        const Open scope(this, &*lease, mode);
        enter(*lease, company);
        work(*lease);
        lease->command("COMMIT");
        return;
      } catch (const Retry&) {
        roll_back(std::move(lease));
        if (attempt == attempts) throw std::runtime_error("PostgreSQL: the transaction kept colliding with others");
      } catch (...) {
        roll_back(std::move(lease));
        throw;
      }
    }
  }

  static std::string begin_of(Mode mode) {
    switch (mode) {
      case Mode::read:
        return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
      case Mode::write:
        return "BEGIN ISOLATION LEVEL SERIALIZABLE";
      case Mode::tally:
        break;
    }
    return "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off";
  }

  // A connection inside a new transaction. Those that the server closed while they were idle are replaced.
  Lease begun(Mode mode) {
    for (std::size_t discarded = 0;; ++discarded) {
      auto lease = connections_.take();
      try {
        lease->command(begin_of(mode));
        return lease;
      } catch (...) {
        connections_.discard(std::move(lease));
        if (discarded == limit_) throw;
      }
    }
  }

  void roll_back(Lease lease) {
    try {
      lease->command("ROLLBACK");
    } catch (...) {
      connections_.discard(std::move(lease));
    }
  }

  // The tenant of a joined transaction may be another one (none for the system): it is set for the inner part only.
  void join(Mode mode, const CompanyId& company, const Work& work) {
    if (mode != Mode::read && open_.mode == Mode::read) throw std::logic_error("a write inside a read");
    auto& connection = *open_.connection;
    const auto outer = open_.company;
    connection.command("SAVEPOINT work");
    try {
      if (company != outer) enter(connection, company);
      work(connection);
    } catch (const Retry&) {
      throw;
    } catch (...) {
      connection.command("ROLLBACK TO work");
      connection.command("RELEASE work");
      enter(connection, outer);
      throw;
    }
    connection.command("RELEASE work");
    if (company != outer && !mutant("rls setting")) enter(connection, outer);
  }

  void enter(PostgresConnection& connection, const CompanyId& company) {
    const std::array<Value, 1> name{company.value};
    connection.run("SELECT set_config('app.company_id', $1, true)", name);
    open_.company = company;
  }

  // The transaction that this thread is inside of.
  struct OpenState {
    const Postgres* database = nullptr;
    PostgresConnection* connection = nullptr;
    Mode mode = Mode::read;
    CompanyId company;
  };
  struct Open {
    Open(const Postgres* database, PostgresConnection* connection, Mode mode)
        : outer(std::exchange(open_, {database, connection, mode, {}})) {}
    ~Open() { open_ = outer; }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    OpenState outer;
  };

  const std::size_t limit_;
  ConnectionPool<PostgresConnection> connections_;
  static thread_local OpenState open_;
};

thread_local Postgres::OpenState Postgres::open_;

}  // namespace

std::unique_ptr<Database> open_postgres(const std::string& url, std::size_t connections) {
  return std::make_unique<Postgres>(url, connections);
}

}  // namespace oprag::db
