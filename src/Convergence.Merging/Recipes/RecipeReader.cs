using System.Text;
using Convergence.Tensors.Files;

namespace Convergence.Merging;

/// <summary>
/// Reads merge recipes: mergekit's YAML, so far as its methods and keys are supported, and the key <c>seed</c>. Unknown keys and parameters are
/// refused with a suggestion; keys that mergekit has and this product has not are refused as such, never ignored.
/// </summary>
public static class RecipeReader
{
    /// <summary>Reads a recipe file (UTF-8, at most 1 MiB).</summary>
    /// <exception cref="RecipeException">It cannot be read, or is no valid recipe; the message names file, line, key and cure.</exception>
    public static MergeRecipe ReadFile(string path)
    {
        byte[] bytes;
        try
        {
            bytes = CappedFile.ReadAllBytes(path, YamlTree.MaxByteCount);
        }
        catch (ConvergenceException exception)
        {
            throw new RecipeException(exception.Message, exception);
        }

        return Parse(Encoding.UTF8.GetString(bytes), path);
    }

    /// <summary>Reads a recipe from text.</summary>
    /// <param name="yaml">The YAML.</param>
    /// <param name="sourceName">What messages call it.</param>
    /// <exception cref="RecipeException">It is no valid recipe.</exception>
    public static MergeRecipe Parse(string yaml, string sourceName)
    {
        var recipe = new RecipeParser(sourceName).Parse(YamlTree.Parse(yaml, sourceName));
        RecipeValidator.Validate(recipe, sourceName);
        return recipe;
    }
}
