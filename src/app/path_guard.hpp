// Whether the ids of a path name something of the caller's company, asked before the body's members are looked at.
#pragma once
#include "db/database.hpp"
#include "http/hooks.hpp"

namespace oprag::app {

class PathGuard final : public http::PathGuard {
 public:
  explicit PathGuard(db::Database& database) : database_(database) {}
  void require(const Caller& caller, const http::Spec& spec, const std::map<std::string, std::string>& path) override;

 private:
  db::Database& database_;
};

}  // namespace oprag::app
