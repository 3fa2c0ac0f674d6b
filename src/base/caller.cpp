#include "base/caller.hpp"

namespace oprag {

std::string Caller::subject() const {
  switch (kind) {
    case CallerKind::nobody:
      return "nobody";
    case CallerKind::user:
      return "user:" + (issuer_subject.empty() ? user.value : issuer_subject);  // the same before his record exists
    case CallerKind::api_key:
      return "key:" + key.value;
    case CallerKind::visitor:
      return "visitor:" + project.value + ":" + visitor;
  }
  return "nobody";
}

}  // namespace oprag
