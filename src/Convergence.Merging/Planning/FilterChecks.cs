using System.Collections.Immutable;
using Convergence.Foundation.Text;

namespace Convergence.Merging;

/// <summary>Finds filters that match no tensor: mostly a slip of the pen, and without effect.</summary>
internal static class FilterChecks
{
    public static IEnumerable<string> Warnings(MergeRecipe recipe, ImmutableArray<MergeTask> tasks)
    {
        var filters = Filters(recipe).ToList();
        if (filters.Count == 0)
        {
            return [];
        }

        var names = new HashSet<string>(tasks.Select(task => task.Name), StringComparer.Ordinal);
        names.UnionWith(tasks.SelectMany(task => task.Inputs).Select(input => input.Tensor));
        var parts = names.SelectMany(name => name.Split('.')).ToHashSet(StringComparer.Ordinal);
        var origin = recipe.Origin ?? RecipeOrigin.Named(recipe.Method.Name());
        return filters
            .Where(filter => !names.Any(filter.Entry.Matches))
            .Select(filter => $"{origin.Describe(filter.Path)}the filter \"{filter.Entry.Filter}\" matches "
                + $"no tensor.{Suggestion.Phrase(filter.Entry.Filter!, parts)}");
    }

    private static IEnumerable<(string Path, FilteredEntry Entry)> Filters(MergeRecipe recipe)
    {
        IEnumerable<(string Path, RecipeParameters Parameters)> levels =
        [
            ("", recipe.Parameters),
            .. recipe.Models.Select((input, index) => (FormattableString.Invariant($"models[{index}]."), input.Parameters)),
            .. recipe.Slices.Select((slice, index) => (FormattableString.Invariant($"slices[{index}]."), slice.Parameters)),
            .. recipe.Slices.SelectMany((slice, index) => slice.Sources.Select(
                (source, place) => (FormattableString.Invariant($"slices[{index}].sources[{place}]."), source.Parameters))),
        ];
        foreach (var (path, parameters) in levels)
        {
            foreach (var name in parameters.Names)
            {
                if (parameters.TryGet(name, out var value) && value is FilteredValue filtered)
                {
                    for (var index = 0; index < filtered.Entries.Length; index++)
                    {
                        yield return (FormattableString.Invariant($"{path}parameters.{name}[{index}].filter"), filtered.Entries[index]);
                    }
                }
            }
        }
    }
}
