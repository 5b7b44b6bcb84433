using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace Convergence.Merging;

/// <summary>Tells one merge from another: equal identities mean that the same bytes would come out.</summary>
internal static class MergeIdentity
{
    /// <summary>The version of this product, which decides what methods compute.</summary>
    public static string ProductVersion { get; } =
        typeof(MergeIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>
    /// SHA-256 in lower-case hexadecimal over the recipe, the layout of the output and, in place of the parents' content,
    /// the length and the time of change of their files. <see langword="null"/> when a parent is not on the disk.
    /// </summary>
    public static string? Of(MergePlan plan, IEnumerable<OutputShard> shards)
    {
        var text = new StringBuilder(ProductVersion).Append('\n').Append(plan.RecipeYaml).Append('\n');
        foreach (var shard in shards)
        {
            text.Append(shard.FileName).Append('\n').Append(Encoding.UTF8.GetString(shard.Layout.Header)).Append('\n');
        }

        foreach (var name in plan.Models)
        {
            var parent = plan.Parents.Get(name);
            if (parent.Directory is null)
            {
                return null;
            }

            foreach (var path in ParentFiles.Of(parent).Concat(ParentFiles.OfAdapter(parent)))
            {
                var file = new FileInfo(path);
                text.Append(CultureInfo.InvariantCulture, $"{name}\t{path}\t{file.Length}\t{file.LastWriteTimeUtc.Ticks}\n");
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
