# A Debian package of the program, its manual, completions and examples: build everything, then run cpack in the build folder. The package
# runs on the instruction set that it was configured for; -DPENCHANT_ISA=baseline runs on every processor of the architecture.
file(STRINGS ${CMAKE_CURRENT_SOURCE_DIR}/CITATION.cff PENCHANT_AUTHORS REGEX "^  - name:")
string(REGEX REPLACE "^  - name: *\"(.*)\"$" "\\1" PENCHANT_AUTHORS "${PENCHANT_AUTHORS}")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME penchant)
set(CPACK_PACKAGE_CONTACT "${PENCHANT_AUTHORS}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "which of the parameters that fit the data does training pick")
set(CPACK_PACKAGE_DESCRIPTION "Of the infinitely many parameters that fit the data, Penchant predicts from theory which one training picks,
solves the variational problem that theory names with a certificate, simulates the training itself, and
compares the two. Built for the instruction set ${PENCHANT_ISA}.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS gnuplot-nox)
# Only the program: the headers and the static library stay with the source tree.
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL program)
include(CPack)
