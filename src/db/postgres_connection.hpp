// One libpq connection with its prepared statements. Used by postgres.cpp and by the migrations; nothing else sees
// libpq.
#pragma once
#include <memory>
#include <string>
#include <unordered_map>

#include "db/database.hpp"

struct pg_conn;

namespace oprag::db {

// The role under which the program works: made by the migrations, without BYPASSRLS.
inline constexpr std::string_view restricted_role = "oprag_app";

class PostgresConnection final : public Connection {
 public:
  explicit PostgresConnection(const std::string& url);
  Rows run(std::string_view sql, std::span<const Value> parameters) override;
  // Without parameters and unprepared: BEGIN, COMMIT, DDL.
  void command(const std::string& sql);
  bool bypasses_row_security();

 private:
  struct Close {
    void operator()(pg_conn* c) const;
  };
  std::unique_ptr<pg_conn, Close> connection_;
  std::unordered_map<std::string, std::string> prepared_;  // SQL -> statement name
  std::unordered_map<std::string, int> parameter_counts_;  // by statement name
};

}  // namespace oprag::db
