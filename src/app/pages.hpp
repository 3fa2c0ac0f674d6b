// The dashboard and the documentation: embedded files under / and /docs. Which paths are the dashboard's, its own route
// table says (routes.json); everything else is left to the API's 404.
#pragma once
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/assets.hpp"
#include "http/message.hpp"

namespace oprag::app {

class Pages {
 public:
  // `table` lives as long as the program; when it is empty, nothing is taken. `objects`: the origin that browsers send
  // files to, when it may differ from the page's own. `prefix`: of public_url, "/oprag", to which links of pages then
  // lead. Throws when the table holds a route table that is none.
  explicit Pages(std::span<const http::Asset> table, const std::string& objects = {}, const std::string& prefix = {});

  // Whether there is a page or file at this address. By the head alone, without blocking.
  bool takes(const http::Request& request) const;
  // Of a request that is taken.
  http::Response answer(const http::Request& request) const;

 private:
  using Pattern = std::vector<std::string>;  // segments; "{name}" stands for any that is not empty

  struct Found {
    const http::Asset* asset = nullptr;
    const std::string* policy = nullptr;
  };
  Found find(const http::Request& request) const;
  bool is_dashboard(const std::vector<std::string>& segments) const;

  std::deque<std::string> texts_;  // of the table, where it is not the program's own
  std::vector<http::Asset> table_;
  http::Assets assets_;
  std::vector<Pattern> dashboard_;
  std::string dashboard_policy_, script_policy_, docs_policy_;
};

}  // namespace oprag::app
