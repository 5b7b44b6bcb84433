using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Convergence.Foundation.Files;
using Convergence.Foundation.Json;
using Convergence.Tensors.Safetensors;

namespace Convergence.Tensors.Models;

/// <summary>
/// A model as Hugging Face lays it out: <c>config.json</c>, safetensors weights, and what else lies beside them.
/// No code of it is ever run and no pickle is read. Safe for concurrent reading.
/// </summary>
public sealed class ModelDirectory : IDisposable
{
    /// <summary>The name of the file that describes a model's architecture.</summary>
    public const string ConfigFileName = "config.json";

    /// <summary>The name of the file that holds a model's tokenizer.</summary>
    public const string TokenizerFileName = "tokenizer.json";

    /// <summary>The largest tokenizer that is read, in bytes: tokenizers of 250 000 tokens have files of some 30 MB.</summary>
    public const int MaxTokenizerByteCount = 128 << 20;

    // Real configurations have a few kilobytes.
    private const int MaxConfigByteCount = 16 << 20;
    private const int HashChunkByteCount = 1 << 20;

    private readonly byte[] _configBytes;
    private readonly Lazy<string> _contentHash;

    private ModelDirectory(string path, byte[] configBytes, JsonObject config, SafetensorsCheckpoint weights)
    {
        Path = path;
        Config = config;
        Weights = weights;
        _configBytes = configBytes;
        _contentHash = new Lazy<string>(ComputeContentHash);
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The content of <c>config.json</c>; to be cloned before it is changed.</summary>
    public JsonObject Config { get; }

    /// <summary>The weights; their views are valid until this is disposed.</summary>
    public SafetensorsCheckpoint Weights { get; }

    /// <summary>Reads the configuration and checks the weight files' headers; no weights are read yet.</summary>
    /// <exception cref="ModelFormatException">There is no such directory, or <c>config.json</c> is missing or malformed.</exception>
    /// <exception cref="SafetensorsException">The weights are missing or break the format.</exception>
    public static ModelDirectory Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var fullPath = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(fullPath))
        {
            throw new ModelFormatException(
                PathProblem.OfDirectory(fullPath) ?? $"{fullPath}: is not a directory. "
                    + $"Name the directory of a Hugging Face model (with {ConfigFileName} and safetensors weights).");
        }

        var configPath = System.IO.Path.Combine(fullPath, ConfigFileName);
        if (!File.Exists(configPath))
        {
            throw new ModelFormatException(
                PathProblem.OfDirectory(fullPath)
                ?? $"{fullPath}: holds no {ConfigFileName}, so it is not a Hugging Face model. Check the path, or download that file too.");
        }

        var bytes = ReadConfig(configPath);
        return new ModelDirectory(fullPath, bytes, ParseConfig(configPath, bytes), SafetensorsCheckpoint.Open(fullPath));
    }

    /// <summary>The full path of a file of that name directly in the directory, or <see langword="null"/>.</summary>
    /// <param name="name">A plain file name, for example <c>tokenizer.json</c>.</param>
    public string? FindFile(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (System.IO.Path.GetFileName(name) != name)
        {
            throw new ArgumentException($"\"{name}\" is not a plain file name.", nameof(name));
        }

        var path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? path : null;
    }

    /// <summary>
    /// The content of <c>tokenizer.json</c>, or <see langword="null"/> when the model brings none. It is read anew at every call.
    /// </summary>
    /// <exception cref="ConvergenceException">
    /// It cannot be read, is empty, or has more than <see cref="MaxTokenizerByteCount"/> bytes.
    /// </exception>
    public byte[]? ReadTokenizer() =>
        FindFile(TokenizerFileName) is { } path ? CappedFile.ReadAllBytes(path, MaxTokenizerByteCount) : null;

    /// <summary>
    /// What the model is, whatever its directory is called: SHA-256 in lower-case hexadecimal over <c>config.json</c> and the weight
    /// files in ordinal order, each as its name, a zero byte, its length (eight bytes, little-endian) and its bytes.
    /// Computed at the first call, which reads every byte, and then kept.
    /// </summary>
    public string ContentHash() => _contentHash.Value;

    /// <summary>Unmaps the weights.</summary>
    public void Dispose() => Weights.Dispose();

    private static byte[] ReadConfig(string path)
    {
        try
        {
            return CappedFile.ReadAllBytes(path, MaxConfigByteCount);
        }
        catch (ConvergenceException exception)
        {
            throw new ModelFormatException(exception.Message, exception);
        }
    }

    private static JsonObject ParseConfig(string path, byte[] bytes) => JsonFile.ParseObject(
        bytes, (problem, cause) => new ModelFormatException($"{path}: {problem} {CureOf(bytes)}", cause));

    // The one fault that another download has, too: Python writes and reads numbers that are no JSON.
    private static string CureOf(ReadOnlySpan<byte> config) => config.IndexOf("NaN"u8) >= 0 || config.IndexOf("Infinity"u8) >= 0
        ? "NaN and Infinity, which Python writes, are not JSON: put a number or null in their place."
        : "Download or export it again.";

    private string ComputeContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendPrefix(hash, ConfigFileName, _configBytes.Length);
        hash.AppendData(_configBytes);
        foreach (var file in Weights.OpenFiles)
        {
            AppendPrefix(hash, System.IO.Path.GetFileName(file.Path), file.ByteCount);
            for (long offset = 0; offset < file.ByteCount; offset += HashChunkByteCount)
            {
                hash.AppendData(file.Bytes(offset, HashChunkByteCount));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void AppendPrefix(IncrementalHash hash, string name, long byteCount)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(name + "\0"));
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, byteCount);
        hash.AppendData(length);
    }
}
