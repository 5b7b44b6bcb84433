// What the emulated NVRTC gives for PTX and the emulated driver takes: "<prefix><architecture> <toolkit version> <kernel file>".
#pragma once

namespace cuda_emulation
{
constexpr const char* IMAGE_PREFIX = "// cuda emulation image ";
constexpr int TOOLKIT_VERSION = 12990;  // none that NVIDIA released: nothing compiled here is taken for theirs

// A file of kernels, or a header, that this library was built from.
struct KernelFile
{
    const char* name;
    unsigned long long hash;  // of its text: FNV-1a, 64 bits
};

// Made by the tests' build; ends with a null name.
extern const KernelFile KERNEL_FILES[];
}  // namespace cuda_emulation
