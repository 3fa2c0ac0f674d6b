// The best k of a stream, by an order that the caller gives.
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace oprag::search {

// `Before(a, b)`: a strict order, best first.
template <class T, class Before>
class TopK {
 public:
  TopK(std::size_t k, Before before) : k_(k), before_(std::move(before)) {}

  bool full() const noexcept { return heap_.size() == k_; }
  // Of those kept; only when full and k > 0.
  const T& worst() const { return heap_.front(); }

  void offer(const T& value) {
    if (k_ == 0 || (full() && !before_(value, worst()))) return;
    if (full()) {
      std::ranges::pop_heap(heap_, before_);
      heap_.pop_back();
    }
    heap_.push_back(value);
    std::ranges::push_heap(heap_, before_);
  }

  std::vector<T> take() {
    std::ranges::sort(heap_, before_);
    return std::move(heap_);
  }

 private:
  std::size_t k_;
  Before before_;
  std::vector<T> heap_;
};

}  // namespace oprag::search
