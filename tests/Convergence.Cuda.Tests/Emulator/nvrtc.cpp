// The emulated NVRTC. It compiles nothing: g++ compiled the same text before. A text that differs by one byte is a compile error.
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "driver.h"
#include "image.h"

using namespace cuda_emulation;

namespace
{
enum NvrtcResult : int
{
    NVRTC_SUCCESS = 0,
    NVRTC_ERROR_INVALID_INPUT = 3,
    NVRTC_ERROR_INVALID_PROGRAM = 4,
    NVRTC_ERROR_INVALID_OPTION = 5,
    NVRTC_ERROR_COMPILATION = 6,
};

struct Program
{
    std::string source, log, image;
    std::vector<std::string> headers, header_names;
};

unsigned long long hash_of(const std::string& text)
{
    unsigned long long hash = 14695981039346656037ull;
    for (const char character : text)
    {
        hash = (hash ^ static_cast<unsigned char>(character)) * 1099511628211ull;
    }

    return hash;
}

const KernelFile* find_file(const std::string& text)
{
    const unsigned long long hash = hash_of(text);
    for (const KernelFile* file = KERNEL_FILES; file->name != nullptr; ++file)
    {
        if (file->hash == hash) return file;
    }

    return nullptr;
}

// The N of --gpu-architecture=sm_N or compute_N; 0 when there is none, -1 when it is newer than this compiler.
int architecture_of(int count, const char* const* options)
{
    for (int i = 0; i < count; ++i)
    {
        const std::string option = options[i];
        const bool names = option.rfind("--gpu-architecture=", 0) == 0 || option.rfind("-arch=", 0) == 0;
        if (names)
        {
            const int number = std::atoi(option.c_str() + option.rfind('_') + 1);
            return number > state().settings.newest_architecture ? -1 : number;
        }
    }

    return 0;
}

int copy_text(const std::string& text, char* destination)
{
    std::memcpy(destination, text.c_str(), text.size() + 1);
    return NVRTC_SUCCESS;
}
}  // namespace

EXPORT const char* nvrtcGetErrorString(int result)
{
    switch (result)
    {
        case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
        case NVRTC_ERROR_INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
        case NVRTC_ERROR_INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
        case NVRTC_ERROR_INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
        case NVRTC_ERROR_COMPILATION: return "NVRTC_ERROR_COMPILATION";
        default: return "NVRTC_ERROR unknown";
    }
}

EXPORT int nvrtcVersion(int* major, int* minor)
{
    *major = TOOLKIT_VERSION / 1000;
    *minor = TOOLKIT_VERSION % 1000 / 10;
    return NVRTC_SUCCESS;
}

static const int ARCHITECTURES[] = {70, 75, 80, 86, 89, 90, 100, 120};

static int known_architectures()
{
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    int count = 0;
    for (const int architecture : ARCHITECTURES) count += architecture <= state().settings.newest_architecture;
    return count;
}

EXPORT int nvrtcGetNumSupportedArchs(int* count)
{
    *count = known_architectures();
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetSupportedArchs(int* architectures)
{
    std::memcpy(architectures, ARCHITECTURES, static_cast<std::size_t>(known_architectures()) * sizeof(int));
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCreateProgram(Program** program, const char* source, const char*, int header_count, const char* const* headers,
                              const char* const* header_names)
{
    if (source == nullptr || header_count < 0) return NVRTC_ERROR_INVALID_INPUT;
    *program = new Program{source, "", "", {headers, headers + header_count}, {header_names, header_names + header_count}};
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcDestroyProgram(Program** program)
{
    delete *program;
    *program = nullptr;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcCompileProgram(Program* program, int option_count, const char* const* options)
{
    if (program == nullptr) return NVRTC_ERROR_INVALID_PROGRAM;
    std::lock_guard<std::recursive_mutex> lock(state().mutex);
    const int architecture = architecture_of(option_count, options);
    if (architecture < 0)
    {
        program->log = "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
        return NVRTC_ERROR_INVALID_OPTION;
    }

    // What a program tries out that wants to know whether this compiles at all.
    if (program->source.empty()) return NVRTC_SUCCESS;
    const KernelFile* const file = find_file(program->source);
    if (file == nullptr)
    {
        program->log = "cuda emulation: error: this source is not one of the kernel files that the emulation was built from\n";
        return NVRTC_ERROR_COMPILATION;
    }

    for (std::size_t i = 0; i < program->headers.size(); ++i)
    {
        const KernelFile* const header = find_file(program->headers[i]);
        if (header == nullptr || program->header_names[i] != header->name)
        {
            program->log = "cuda emulation: error: header " + program->header_names[i] + " is not the one the emulation was built from\n";
            return NVRTC_ERROR_COMPILATION;
        }
    }

    program->image = IMAGE_PREFIX + std::to_string(architecture) + " " + std::to_string(TOOLKIT_VERSION) + " " + file->name + "\n";
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetPTXSize(const Program* program, std::size_t* size)
{
    *size = program->image.size() + 1;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetPTX(const Program* program, char* image) { return copy_text(program->image, image); }

// No machine code without a real compiler: a program falls back to PTX.
EXPORT int nvrtcGetCUBINSize(const Program* program, std::size_t* size) { return nvrtcGetPTXSize(program, size); }

EXPORT int nvrtcGetCUBIN(const Program* program, char* image) { return copy_text(program->image, image); }

EXPORT int nvrtcGetProgramLogSize(const Program* program, std::size_t* size)
{
    *size = program->log.size() + 1;
    return NVRTC_SUCCESS;
}

EXPORT int nvrtcGetProgramLog(const Program* program, char* log) { return copy_text(program->log, log); }
