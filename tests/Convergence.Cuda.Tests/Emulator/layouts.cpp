#include "layouts.h"

#include <sstream>
#include <string>

#include "driver.h"

namespace cuda_emulation
{
Layout*& layouts()
{
    static Layout* first = nullptr;
    return first;
}
}  // namespace cuda_emulation

// One line per struct, "name size", each followed by lines of its fields, " name offset size".
EXPORT const char* cudaEmulationLayouts()
{
    static const std::string text = []
    {
        std::ostringstream lines;
        for (const auto* layout = cuda_emulation::layouts(); layout != nullptr; layout = layout->next)
        {
            lines << layout->name << ' ' << layout->byte_count << '\n';
            for (std::size_t i = 0; i < layout->field_count; ++i)
            {
                const auto& field = layout->fields[i];
                lines << ' ' << field.name << ' ' << field.offset << ' ' << field.byte_count << '\n';
            }
        }

        return lines.str();
    }();
    return text.c_str();
}
