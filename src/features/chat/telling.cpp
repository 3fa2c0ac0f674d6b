#include "features/chat/telling.hpp"

#include <iterator>

namespace oprag::chat {

void Telling::prepare(std::vector<StreamEvent> all) {
  ready_.assign(std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(sent_)),
                std::make_move_iterator(all.end()));
}

void Telling::grow(db::Tenant& tenant, const boost::json::object& so_far) {
  prepare(beginning_of(so_far));
  if (writing_) writing_->append(tenant, sent_ + 1, ready_);
}

void Telling::finish(db::Tenant& tenant, const http::Response& answer) {
  prepare(events_of(answer.body));
  if (writing_) writing_->finish(tenant, sent_ + 1, ready_, answer);
}

void Telling::fail(db::Database& database, const CompanyId& company, const StreamEvent& failure) {
  ready_ = {failure};
  if (writing_) {
    database.write(company, [&](db::Tenant& tenant) { writing_->fail(tenant, sent_ + 1, failure); });
  }
  send();
}

void Telling::send() {
  if (writing_) writing_->committed();
  for (const auto& event : ready_) {
    ++sent_;
    if (client_gone_) continue;
    try {
      sink_.send(std::to_string(sent_), event.name, event.data);
    } catch (const http::ClientGone&) {
      if (!writing_) throw;
      client_gone_ = true;
    }
  }
  ready_.clear();
}

}  // namespace oprag::chat
