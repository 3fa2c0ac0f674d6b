// Identifiers that cannot be mixed up: a prefix that people recognise and 22 base62 characters (131 bits).
#pragma once
#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace oprag {

template <class Tag>
struct Id {
  std::string value;
  auto operator<=>(const Id&) const = default;
  bool empty() const noexcept { return value.empty(); }
};

struct CompanyTag {
  static constexpr std::string_view prefix = "co_";
};
struct UserTag {
  static constexpr std::string_view prefix = "user_";
};
struct ProjectTag {
  static constexpr std::string_view prefix = "proj_";
};
struct DocumentTag {
  static constexpr std::string_view prefix = "doc_";
};
struct KeyTag {
  static constexpr std::string_view prefix = "key_";
};
struct ConversationTag {
  static constexpr std::string_view prefix = "conv_";
};
struct MessageTag {
  static constexpr std::string_view prefix = "msg_";
};
struct SessionTag {
  static constexpr std::string_view prefix = "sess_";
};
struct VisitorTag {
  static constexpr std::string_view prefix = "visitor_";
};
struct PromptTag {
  static constexpr std::string_view prefix = "prompt_";
};
struct RunTag {
  static constexpr std::string_view prefix = "run_";
};
struct DeploymentTag {
  static constexpr std::string_view prefix = "dep_";
};
struct ActivityTag {
  static constexpr std::string_view prefix = "act_";
};

using CompanyId = Id<CompanyTag>;
using UserId = Id<UserTag>;
using ProjectId = Id<ProjectTag>;
using DocumentId = Id<DocumentTag>;
using KeyId = Id<KeyTag>;
using ConversationId = Id<ConversationTag>;
using MessageId = Id<MessageTag>;
using SessionId = Id<SessionTag>;
using VisitorId = Id<VisitorTag>;
using PromptId = Id<PromptTag>;
using RunId = Id<RunTag>;
using DeploymentId = Id<DeploymentTag>;
using ActivityId = Id<ActivityTag>;

}  // namespace oprag

template <class Tag>
struct std::hash<oprag::Id<Tag>> {
  std::size_t operator()(const oprag::Id<Tag>& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
