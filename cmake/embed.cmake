# Files that travel inside the program: penchant_embed(symbol file) makes `std::string_view penchant::embedded::symbol()`,
# declared in src/penchant/core/embedded.h. The assembler's .incbin keeps compile time independent of size.
function(penchant_embed symbol file)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${symbol}.cpp)
  file(WRITE ${out}.new "// ${file}
#include \"penchant/core/embedded.h\"
asm(\".section .rodata\\n\"
    \".balign 16\\n\"
    \"penchant_${symbol}_begin: .incbin \\\"${file}\\\"\\n\"
    \"penchant_${symbol}_end: .byte 0\\n\"
    \".previous\\n\");
extern \"C\" const char penchant_${symbol}_begin[], penchant_${symbol}_end[];
namespace penchant::embedded {
std::string_view ${symbol}() {
  return {penchant_${symbol}_begin, static_cast<std::size_t>(penchant_${symbol}_end - penchant_${symbol}_begin)};
}
}  // namespace penchant::embedded
")
  file(COPY_FILE ${out}.new ${out} ONLY_IF_DIFFERENT)
  set_source_files_properties(${out} PROPERTIES OBJECT_DEPENDS ${file})
  target_sources(penchant PRIVATE ${out})
endfunction()
# One line per embedded file; each needs its declaration in src/penchant/core/embedded.h.
penchant_embed(report_js ${CMAKE_CURRENT_SOURCE_DIR}/web/dist/report.js)
penchant_embed(report_css ${CMAKE_CURRENT_SOURCE_DIR}/web/src/report.css)
penchant_embed(record_schema ${CMAKE_CURRENT_SOURCE_DIR}/src/penchant/lab/record.schema.json)
penchant_embed(sources_bib ${CMAKE_CURRENT_SOURCE_DIR}/src/penchant/theory/sources.bib)
