// The layouts of the kernels' parameters, for the test that compares them with the host's.
#pragma once

#include <cstddef>

namespace cuda_emulation
{
struct FieldLayout
{
    const char* name;
    std::size_t offset;
    std::size_t byte_count;
};

struct Layout
{
    const char* name;
    std::size_t byte_count;
    const FieldLayout* fields;
    std::size_t field_count;
    Layout* next;
};

Layout*& layouts();

class LayoutRegistration
{
public:
    LayoutRegistration(const char* name, std::size_t byte_count, const FieldLayout* fields, std::size_t field_count)
        : layout_{name, byte_count, fields, field_count, layouts()}
    {
        layouts() = &layout_;
    }

private:
    Layout layout_;
};
}  // namespace cuda_emulation
