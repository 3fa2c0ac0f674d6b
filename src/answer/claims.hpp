// A model's reply as single statements, each ready as soon as it is whole.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace oprag::answer {

// One sentence of a model's reply, without its marks.
struct Claim {
  std::string text;
  std::vector<std::size_t> cited;  // from 1, as the model wrote them
  bool begins_line = false;
};

// Reads a reply in whatever pieces it comes: the claims are the same however it was cut.
class ClaimReader {
 public:
  // Called with each claim once the next one has begun or its line has ended.
  using OnClaim = std::function<void(const Claim& claim)>;
  explicit ClaimReader(OnClaim on_claim) : on_claim_(std::move(on_claim)) {}

  // Throws UpstreamError for what is not UTF-8, and what the callback throws.
  void feed(std::string_view piece);
  // At the end of the reply.
  void finish();

 private:
  enum class Keep { nothing, last_claim };
  void tell(Keep keep);

  OnClaim on_claim_;
  std::string line_;  // from the first claim that was not told
  bool begins_line_ = true;
  std::size_t read_ = 0, told_ = 0;
};

std::vector<Claim> claims_of(std::string_view reply);

// Whether every address in `claim` stands in `passage` as written; markup that makes links or loads images never does.
bool addresses_hold(std::string_view claim, std::string_view passage);

}  // namespace oprag::answer
