// Embeddings as rows of int8 with one scale each: a quarter of the memory, exact integer dot products, and therefore
// the same scores on every machine.
#pragma once
#include <boost/align/aligned_allocator.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace oprag::search {

// values[i] * scale approximates the vector. A scale of 0 means "no vector": its dot product with anything is 0.
struct QuantisedVector {
  std::vector<std::int8_t> values;
  float scale = 0;
};

// Symmetric, largest magnitude at 127. A vector with a value that is not finite becomes one with scale 0.
QuantisedVector quantise(std::span<const float> vector);

// A vector that quantise makes these very values and this very scale of.
std::vector<float> restored(std::span<const std::int8_t> values, float scale);

// The instruction sets a scan can use; plain runs everywhere, and all give the same numbers.
enum class Kernel { plain, avx2, avx512_vnni };
Kernel best_kernel();
bool is_supported(Kernel kernel);

// Rows of one dimension, one after the other in memory.
class VectorTable {
 public:
  explicit VectorTable(std::size_t dimension);

  std::size_t dimension() const noexcept { return dimension_; }
  std::size_t size() const noexcept { return scales_.size(); }
  std::size_t bytes() const noexcept {
    return values_.size() + scales_.size() * (sizeof(float) + sizeof(std::int32_t));
  }
  void reserve(std::size_t rows);
  // `values`: dimension() of them. An empty span adds a row without a vector.
  void add(std::span<const std::int8_t> values, float scale);

  float scale(std::size_t row) const { return scales_[row]; }
  bool has_vector(std::size_t row) const { return scales_[row] != 0; }
  // out[i] = dot product of `query` (dimension() values) with row from + i, before any scale.
  void dot(std::span<const std::int8_t> query, std::size_t from, std::span<std::int32_t> out,
           Kernel kernel = best_kernel()) const;

 private:
  std::size_t dimension_;
  std::size_t stride_;  // dimension rounded up to a whole number of 64-byte registers; the rest of a row is zero
  // Aligned, since a register's load over two cache lines costs two.
  std::vector<std::int8_t, boost::alignment::aligned_allocator<std::int8_t, 64>> values_;
  std::vector<std::int32_t> sums_;  // of each row, for the unsigned multiply of VNNI
  std::vector<float> scales_;
};

}  // namespace oprag::search
