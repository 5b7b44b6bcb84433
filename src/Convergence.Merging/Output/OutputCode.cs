using System.Collections.Immutable;

namespace Convergence.Merging;

/// <summary>The Python code that a merge's output takes along: that of the donor, and that of the model whose tokenizer it has.</summary>
internal static class OutputCode
{
    /// <summary>The files by their names, with their paths. The donor's come first: its configuration names the model itself.</summary>
    public static IReadOnlyDictionary<string, string> Files(ParentModel donor, ParentModel tokenizer)
    {
        var files = new Dictionary<string, string>(donor.Code.Files, StringComparer.Ordinal);
        foreach (var (name, path) in tokenizer.Code.Files)
        {
            files.TryAdd(name, path);
        }

        return files;
    }

    /// <summary>What a person should know of it before trusting the result; mostly nothing.</summary>
    public static IEnumerable<string> Notes(ParentModel donor, ParentModel tokenizer, IEnumerable<ParentModel> models)
    {
        var sources = donor == tokenizer ? ImmutableArray.Create(donor) : [donor, tokenizer];
        foreach (var model in sources)
        {
            if (model.Code.Files.Count > 0)
            {
                var names = string.Join(", ", model.Code.Files.Keys.Order(StringComparer.Ordinal));
                yield return $"{model.Name} brings its own Python code ({names}), which is copied along and was not run: read it before "
                    + $"you load the "
                    + "merged model with trust_remote_code.";
            }

            foreach (var missing in model.Code.Missing)
            {
                yield return $"auto_map of {model.Name} names {missing}, which is not in its directory: add the file to the merged model, "
                    + $"or it cannot be "
                    + "loaded.";
            }

            foreach (var other in model.Code.Foreign)
            {
                yield return $"auto_map of {model.Name} takes code from {other}, which is not copied: whoever loads the merged model "
                    + $"downloads it.";
            }
        }

        foreach (var model in models.Where(model => !sources.Contains(model)))
        {
            var differing = donor.Code.Files.Keys.Where(name => donor.Code.Differs(model.Code, name)).Order(StringComparer.Ordinal)
                .ToList();
            if (differing.Count > 0)
            {
                yield return $"the code of {model.Name} differs from that of {donor.Name}, which is taken: {string.Join(", ", differing)}.";
            }
        }
    }
}
