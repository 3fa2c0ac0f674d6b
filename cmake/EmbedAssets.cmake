# oprag_embed_assets(target folder symbol [stamp]): adds the files below `folder` to `target` as the table
# `oprag::assets::symbol()` (see http/assets.hpp). `stamp`: a file that changes whenever the folder is made anew.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(oprag_embed_assets target folder symbol)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/assets_${symbol}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tools/embed_assets ${folder} ${symbol} ${output}
    DEPENDS ${CMAKE_SOURCE_DIR}/tools/embed_assets ${ARGN}
    DEPFILE ${output}.dep
    COMMENT "Embedding ${folder}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
