// A value that must not reach a log, an answer or `oprag config`: it has no implicit way out.
#pragma once
#include <string>
#include <utility>

namespace oprag {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const noexcept { return value_; }
  bool empty() const noexcept { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace oprag
