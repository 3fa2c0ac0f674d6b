#include "eval/ablations.hpp"

#include <algorithm>
#include <numeric>

namespace oprag::eval {
namespace {

using index::Candidate;
using index::PassageRef;

constexpr std::size_t list_length = 1000;

class FloatView final : public index::View {
 public:
  FloatView(std::shared_ptr<const index::View> view, FloatVectors vectors)
      : view_(std::move(view)), vectors_(std::move(vectors)) {}

  std::vector<Candidate> semantic(std::span<const float> vector, std::size_t count) const override {
    std::vector<Candidate> out;
    for (PassageRef ref = 0; ref < view_->passage_count(); ++ref) out.push_back({ref, similarity(vector, ref)});
    std::ranges::stable_sort(out, std::ranges::greater(), &Candidate::score);
    out.resize(std::min(out.size(), count));
    return out;
  }
  double similarity(std::span<const float> vector, PassageRef ref) const override {
    const auto& own = vectors_.at(view_->document(view_->document_of(ref)).id).at(view_->passage(ref).ordinal);
    return std::inner_product(vector.begin(), vector.end(), own.begin(), 0.0);
  }

  std::size_t document_count() const override { return view_->document_count(); }
  const index::Document& document(std::size_t index) const override { return view_->document(index); }
  std::size_t passage_count() const override { return view_->passage_count(); }
  const index::Passage& passage(PassageRef ref) const override { return view_->passage(ref); }
  std::size_t document_of(PassageRef ref) const override { return view_->document_of(ref); }
  std::vector<Candidate> keyword(std::string_view question, std::size_t count) const override {
    return view_->keyword(question, count);
  }
  bool contains(PassageRef ref, std::string_view term) const override { return view_->contains(ref, term); }
  bool is_headed(PassageRef ref, std::string_view term) const override { return view_->is_headed(ref, term); }
  double rarity(std::string_view term) const override { return view_->rarity(term); }
  bool has_vector(PassageRef ref) const override { return view_->has_vector(ref); }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spread(std::string_view term) const override {
    return view_->spread(term);
  }
  const search::Catalogue& catalogue() const override { return view_->catalogue(); }

 private:
  std::shared_ptr<const index::View> view_;
  FloatVectors vectors_;
};

}  // namespace

std::shared_ptr<const index::View> with_floats(std::shared_ptr<const index::View> view, FloatVectors vectors) {
  return std::make_shared<FloatView>(std::move(view), std::move(vectors));
}

std::vector<Candidate> plain_fusion(const index::View& view, const std::string& question, std::span<const float> vector,
                                    std::size_t count) {
  std::map<PassageRef, double> scores;
  for (const auto& list : {view.keyword(question, list_length), view.semantic(vector, list_length)}) {
    if (list.empty()) continue;
    const auto best = list.front().score, least = list.back().score;
    for (const auto& [passage, score] : list) scores[passage] += best > least ? (score - least) / (best - least) : 1;
  }
  std::vector<Candidate> out;
  for (const auto& [passage, score] : scores) out.push_back({passage, score / 2});
  std::ranges::stable_sort(out, std::ranges::greater(), &Candidate::score);
  out.resize(std::min(out.size(), count));
  return out;
}

}  // namespace oprag::eval
