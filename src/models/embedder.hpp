// Text to vectors.
#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace oprag::models {

// Some models embed a question otherwise than what is to be found.
enum class Purpose { query, passage };

// Thread safe; callers do not wait for one another.
class Embedder {
 public:
  virtual ~Embedder() = default;
  virtual std::size_t dimension() = 0;
  // Names the vector space: two embedders of one name give comparable vectors, others never. Names the index
  // generation.
  virtual std::string name() = 0;
  // The one language that it was trained for ("en"), or nothing when it knows many.
  virtual std::string language() { return {}; }
  // One vector a text, of unit length and dimension() finite values. A text that is too long is cut. Throws
  // UpstreamError.
  virtual std::vector<std::vector<float>> embed(std::span<const std::string> texts, Purpose purpose) = 0;
};

}  // namespace oprag::models
