using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Convergence.Tensors.Devices;

namespace Convergence.Tensors.Safetensors;

/// <summary>
/// The weights of one model: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names (the single file
/// is taken where a directory has both, as transformers does). Tensors are views, valid until this is disposed.
/// </summary>
public sealed class SafetensorsCheckpoint : ITensorSource, IDisposable
{
    private readonly IReadOnlyList<SafetensorsFile> _files;
    private readonly FrozenDictionary<string, SafetensorsFile> _fileOfTensor;

    private SafetensorsCheckpoint(IReadOnlyList<SafetensorsFile> files, FrozenDictionary<string, SafetensorsFile> fileOfTensor)
    {
        _files = files;
        _fileOfTensor = fileOfTensor;
        Files = [.. files.Select(file => file.Path)];
        Names = [.. fileOfTensor.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The full paths of the weight files, in ordinal order.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The weight files, in the order of <see cref="Files"/>.</summary>
    internal IReadOnlyList<SafetensorsFile> OpenFiles => _files;

    /// <summary>Opens and checks all weight files of a directory.</summary>
    /// <exception cref="SafetensorsException">No weights, or any of them breaks the format.</exception>
    public static SafetensorsCheckpoint Open(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var fullPath = Path.GetFullPath(directory);
        if (!Directory.Exists(fullPath))
        {
            throw new SafetensorsException(SafetensorsError.FileNotFound, fullPath, "is not a directory. Check the path.");
        }

        var single = Path.Combine(fullPath, SafetensorsFormat.SingleFileName);
        if (File.Exists(single))
        {
            var file = SafetensorsFile.Open(single);
            return new SafetensorsCheckpoint([file], file.Names.ToFrozenDictionary(name => name, _ => file, StringComparer.Ordinal));
        }

        var index = Path.Combine(fullPath, SafetensorsFormat.IndexFileName);
        return File.Exists(index) ? OpenShards(ShardIndex.Read(index)) : throw NoWeights(fullPath);
    }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out DeviceTensor? tensor)
    {
        tensor = null;
        return _fileOfTensor.TryGetValue(name, out var file) && file.TryGet(name, out tensor);
    }

    /// <summary>Unmaps all files; their tensors can no longer be used.</summary>
    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private static SafetensorsCheckpoint OpenShards(ShardIndex index)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (var shard in index.ShardPaths)
            {
                if (!File.Exists(shard))
                {
                    throw new SafetensorsException(
                        SafetensorsError.MissingShard,
                        index.Path,
                        $"names the shard {Path.GetFileName(shard)}, which is not there. Download the missing file next to it.");
                }

                files.Add(SafetensorsFile.Open(shard));
            }

            return new SafetensorsCheckpoint(files, index.Resolve(files));
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    private static SafetensorsException NoWeights(string directory)
    {
        var pickled = Directory.EnumerateFiles(directory)
            .Select(file => Path.GetFileName(file))
            .Where(file => Path.GetExtension(file) is ".bin" or ".pt" or ".pth" or ".ckpt")
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        var cure = pickled is null
            ? "Name the directory of a Hugging Face model."
            : $"Pickled weights ({pickled}) can run code when they are loaded and are refused on purpose: "
                + "convert them to safetensors first.";
        return new SafetensorsException(
            SafetensorsError.NoWeights,
            directory,
            $"holds neither {SafetensorsFormat.SingleFileName} nor {SafetensorsFormat.IndexFileName}. {cure}");
    }
}
