using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>
/// Puts the documents of a file in the order in which they can be merged. The result is the document without a name, else the last one;
/// what it does not need is left out.
/// </summary>
internal static class RecipeOrder
{
    // Real files have a handful.
    private const int MaxDocumentCount = 64;

    public static RecipeSequence Sort(IReadOnlyList<NamedRecipe> documents, string source)
    {
        if (documents.Count > MaxDocumentCount)
        {
            throw new RecipeException(FormattableString.Invariant(
                $"{source}: has {documents.Count} documents; at most {MaxDocumentCount} are merged. Split the file."));
        }

        var byName = ByName(documents, source);
        var result = documents.LastOrDefault(document => document.Name is null) ?? documents[^1];
        var steps = ImmutableArray.CreateBuilder<NamedRecipe>();
        Add(result, []);
        return new RecipeSequence
        {
            Steps = steps.ToImmutable(),
            Notes =
            [
                .. documents.Except(steps)
                    .Select(document => $"{source}: the document \"{document.Name}\" is not merged: the result does not use it."),
            ],
        };

        void Add(NamedRecipe document, ImmutableArray<string> path)
        {
            if (steps.Contains(document))
            {
                return;
            }

            if (document.Name is { } name)
            {
                path = path.Contains(name)
                    ? throw new RecipeException(
                        $"{source}: the documents use each other in a circle: {string.Join(" uses ", path.Add(name))}. "
                        + "Rename one of the models.")
                    : path.Add(name);
            }

            foreach (var used in document.Recipe.ReferencedModels().Where(byName.ContainsKey))
            {
                Add(byName[used], path);
            }

            steps.Add(document);
        }
    }

    private static Dictionary<string, NamedRecipe> ByName(IReadOnlyList<NamedRecipe> documents, string source)
    {
        if (documents.Count(document => document.Name is null) > 1)
        {
            throw new RecipeException(
                $"{source}: holds several documents without a name. Give a \"name\" to all but the one that makes the result.");
        }

        var byName = new Dictionary<string, NamedRecipe>(StringComparer.Ordinal);
        foreach (var document in documents.Where(document => document.Name is not null))
        {
            if (string.IsNullOrWhiteSpace(document.Name)
                || document.Name != Path.GetFileName(document.Name)
                || document.Name is "." or "..")
            {
                throw new RecipeException(
                    $"{source}: the name \"{document.Name}\" of a document must be a plain word, such as first-merge.");
            }

            if (!byName.TryAdd(document.Name, document))
            {
                throw new RecipeException($"{source}: two documents have the name \"{document.Name}\". Rename one.");
            }
        }

        return byName;
    }
}
