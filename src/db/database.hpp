// The store: SQLite or PostgreSQL behind one interface and one SQL text. SQL runs inside a transaction, through a
// handle that says what it may touch:
//   db.read(company, [&](db::Tenant& t) { return t.all<Row>("… WHERE company_id = $1 AND x = $2", x); });
//   db.write_system([&](db::System& s) { s.exec("UPDATE jobs SET … WHERE job_id = $1", id); });
// What is inside a transaction joins it: one snapshot, one commit. Only a write inside a read is a fault. A failed
// COMMIT ends the process, since nothing may be acknowledged that the disk does not hold.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/id.hpp"
#include "db/value.hpp"

namespace oprag::db {

// A unique index refused a row.
struct UniqueViolation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One connection inside a transaction.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual Rows run(std::string_view sql, std::span<const Value> parameters) = 0;
};

// Typed statements over a connection. Columns reach struct members by name; see value.hpp for the types.
class Session {
 public:
  // `bound` comes before the caller's arguments in every statement.
  explicit Session(Connection& connection, std::vector<Value> bound = {})
      : connection_(connection), bound_(std::move(bound)) {}

  Rows run(std::string_view sql, std::span<const Value> parameters) { return connection_.run(sql, parameters); }

  // Returns how many rows changed.
  template <class... A>
  std::int64_t exec(std::string_view sql, const A&... arguments) {
    return run(sql, values(arguments...)).changed;
  }
  template <class T, class... A>
  std::vector<T> all(std::string_view sql, const A&... arguments) {
    const auto rows = run(sql, values(arguments...));
    std::vector<T> out;
    out.reserve(rows.rows.size());
    for (const auto& row : rows.rows) out.push_back(struct_from<T>(rows.columns, row));
    return out;
  }
  template <class T, class... A>
  std::optional<T> one(std::string_view sql, const A&... arguments) {
    auto rows = all<T>(sql, arguments...);
    if (rows.empty()) return {};
    return std::move(rows.front());
  }
  // The first column of the first row; nothing for no row or NULL.
  template <class T, class... A>
  std::optional<T> scalar(std::string_view sql, const A&... arguments) {
    const auto rows = run(sql, values(arguments...));
    if (rows.rows.empty() || is_null(rows.rows.front().front())) return {};
    T out{};
    from_value(rows.rows.front().front(), out);
    return out;
  }

 private:
  template <class... A>
  std::vector<Value> values(const A&... arguments) const {
    auto out = bound_;
    out.reserve(bound_.size() + sizeof...(A));
    (out.push_back(to_value(arguments)), ...);
    return out;
  }

  Connection& connection_;
  std::vector<Value> bound_;
};

// Directory tables: who belongs where, jobs, counters. No tenant content; every parameter is the caller's.
class System : public Session {
 public:
  explicit System(Connection& connection) : Session(connection) {}
};

// Tables of one company. $1 is its id, bound by the handle; the caller's arguments begin at $2.
class Tenant : public Session {
 public:
  Tenant(Connection& connection, CompanyId company)
      : Session(connection, {Value(company.value)}), company_(std::move(company)), directory_(connection) {}

  const CompanyId& company() const noexcept { return company_; }
  // Directory tables in the same transaction.
  System& directory() noexcept { return directory_; }

 private:
  CompanyId company_;
  System directory_;
};

enum class Mode { read, write, tally };

class Database {
 public:
  virtual ~Database() = default;

  template <class F>
  auto read(const CompanyId& company, F&& work) {
    return scoped(Mode::read, company, work);
  }
  template <class F>
  auto write(const CompanyId& company, F&& work) {
    return scoped(Mode::write, company, work);
  }
  template <class F>
  auto read_system(F&& work) {
    return system(Mode::read, work);
  }
  template <class F>
  auto write_system(F&& work) {
    return system(Mode::write, work);
  }
  // A write for shared counters, on which every request comes by: on PostgreSQL a statement waits for a row that
  // another node changes and then sees its latest state instead of failing, and the commit does not wait for the disk.
  template <class F>
  auto tally(F&& work) {
    return system(Mode::tally, work);
  }

  // "sqlite" or "postgres"
  virtual std::string_view engine() const = 0;
  // One moment of the whole store as a new SQLite file, while reads and writes go on. Throws on PostgreSQL, whose own
  // tools do that.
  virtual void snapshot_to(const std::string& file) = 0;

 protected:
  using Work = std::function<void(Connection&)>;
  // Runs `work` in one transaction; `company` empty for the system. Joins an open one of the same thread. What `work`
  // throws rolls back its own changes and is thrown on. PostgreSQL may run it again after a serialisation failure.
  virtual void transact(Mode mode, const CompanyId& company, const Work& work) = 0;

 private:
  template <class F>
  auto scoped(Mode mode, const CompanyId& company, F& work) {
    if (company.empty()) throw std::logic_error("a tenant transaction without a company");
    return with_result<std::invoke_result_t<F&, Tenant&>>([&](const auto& run) {
      transact(mode, company, [&](Connection& connection) {
        Tenant tenant(connection, company);
        run([&]() -> decltype(auto) { return work(tenant); });
      });
    });
  }
  template <class F>
  auto system(Mode mode, F& work) {
    return with_result<std::invoke_result_t<F&, System&>>([&](const auto& run) {
      transact(mode, {}, [&](Connection& connection) {
        System directory(connection);
        run([&]() -> decltype(auto) { return work(directory); });
      });
    });
  }
  // Carries what the work returns past the void interface.
  template <class R>
  static R with_result(const auto& transaction) {
    if constexpr (std::is_void_v<R>) {
      transaction([](const auto& call) { call(); });
    } else {
      std::optional<R> result;
      transaction([&](const auto& call) { result.emplace(call()); });
      return std::move(*result);
    }
  }
};

std::unique_ptr<Database> open_sqlite(const std::string& path, std::size_t readers = 4);
// Throws when the role could bypass row level security, unless the connection can switch to one that cannot.
std::unique_ptr<Database> open_postgres(const std::string& url, std::size_t connections = 16);

}  // namespace oprag::db
