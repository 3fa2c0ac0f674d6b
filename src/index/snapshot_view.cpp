#include "index/snapshot_view.hpp"

namespace oprag::index {
namespace {

class SnapshotView final : public View {
 public:
  SnapshotView(std::shared_ptr<const search::Snapshot> snapshot, bool comparable)
      : snapshot_(std::move(snapshot)), comparable_(comparable) {}

  std::size_t document_count() const override { return snapshot_->documents().size(); }
  const Document& document(std::size_t index) const override { return snapshot_->documents()[index].segment->document; }
  std::size_t passage_count() const override { return snapshot_->passage_count(); }
  const Passage& passage(PassageRef ref) const override { return snapshot_->passage(ref); }
  std::size_t document_of(PassageRef ref) const override { return snapshot_->document_of(ref); }
  std::vector<Candidate> keyword(std::string_view question, std::size_t count) const override {
    return snapshot_->keyword(question, count);
  }
  std::vector<Candidate> semantic(std::span<const float> vector, std::size_t count) const override {
    if (!usable(vector)) return {};
    return snapshot_->semantic(vector, count);
  }
  bool has_vector(PassageRef ref) const override { return comparable_ && snapshot_->has_vector(ref); }
  double similarity(std::span<const float> vector, PassageRef ref) const override {
    return usable(vector) ? snapshot_->similarity(vector, ref) : 0;
  }
  bool contains(PassageRef ref, std::string_view term) const override { return snapshot_->contains(ref, term); }
  bool is_headed(PassageRef ref, std::string_view term) const override { return snapshot_->is_headed(ref, term); }
  double rarity(std::string_view term) const override { return snapshot_->rarity(term); }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spread(std::string_view term) const override {
    return snapshot_->spread(term);
  }
  const search::Catalogue& catalogue() const override { return snapshot_->catalogue(); }

 private:
  bool usable(std::span<const float> vector) const {
    return comparable_ && !vector.empty() && vector.size() == snapshot_->dimension();
  }

  std::shared_ptr<const search::Snapshot> snapshot_;
  bool comparable_;
};

}  // namespace

std::shared_ptr<const View> view_of(std::shared_ptr<const search::Snapshot> snapshot, bool comparable) {
  return std::make_shared<SnapshotView>(std::move(snapshot), comparable);
}

}  // namespace oprag::index
