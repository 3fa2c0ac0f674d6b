// For tests: an empty, migrated store of each engine. PostgreSQL takes part when OPRAG_TEST_POSTGRES names a server.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "db/database.hpp"

namespace oprag::db::testing {

// "sqlite", and "postgres" when there is one.
std::vector<std::string> engines();

// A database of its own that goes with the object.
class Store {
 public:
  explicit Store(const std::string& engine);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Database& operator*() { return *database_; }
  Database* operator->() { return database_.get(); }
  // The file or URL, for a second connection to the same data.
  const std::string& place() const { return place_; }
  // Closes and opens again, as a restart would.
  void reopen();

 private:
  std::string engine_, name_, place_;
  std::unique_ptr<Database> database_;
};

}  // namespace oprag::db::testing
