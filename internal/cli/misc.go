package cli

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/tlslint/tlslint/internal/config"
)

// Version is set by the release build; otherwise the module's version counts.
var Version = ""

func version() string {
	if Version != "" {
		return Version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func newVersion(s streams) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "version", Short: "the version of this build, and the languages in it", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			rows, err := builtinRows()
			if err != nil {
				return failure(err)
			}
			if asJSON {
				return writeJSON(s.out, map[string]any{
					"version": version(), "go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
					"languages": langNames(), "patterns": len(rows),
				})
			}
			fmt.Fprintf(s.out, "tlslint %s (%s, %s/%s)\nlanguages: %v\npatterns: %d\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH, langNames(), len(rows))
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func newConfig(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "show or verify the configuration, or print its schema", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	show := &flags{}
	showCmd := &cobra.Command{
		Use: "show", Short: "the configuration in force, and where each value comes from", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := workingDir()
			if err != nil {
				return failure(err)
			}
			c, err := loadConfigs(cmd, show, root)
			if err != nil {
				return failure(err)
			}
			_, err = fmt.Fprint(s.out, config.Show(c.top))
			return err
		},
	}
	addConfigFlags(showCmd.Flags(), show)
	verify := &flags{}
	verifyCmd := &cobra.Command{
		Use: "verify [FILE]", Short: "report every mistake in a configuration", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root, err := workingDir()
			if err != nil {
				return failure(err)
			}
			verify.config = append(verify.config, args...)
			c, err := loadConfigs(cmd, verify, root)
			if err != nil {
				return failure(err)
			}
			if _, err := c.rows(); err != nil {
				return failure(err)
			}
			files := c.top.Files()
			if len(files) == 0 {
				fmt.Fprintln(s.out, "no configuration file: the defaults are in force")
				return nil
			}
			fmt.Fprintf(s.out, "ok: %s\n", escape(files[len(files)-1]))
			return nil
		},
	}
	addConfigFlags(verifyCmd.Flags(), verify)
	schema := &cobra.Command{
		Use: "schema", Short: "the JSON Schema of tlslint.toml", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := s.out.Write(config.Schema())
			return err
		},
	}
	cmd.AddCommand(showCmd, verifyCmd, schema)
	return cmd
}

func newInit(s streams) *cobra.Command {
	var conf, force bool
	cmd := &cobra.Command{
		Use: "init", Short: "write starting files: --config writes tlslint.toml", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if !conf {
				return usageError("nothing to write: say what, as in tlslint init --config")
			}
			const name = "tlslint.toml"
			if _, err := os.Lstat(name); err == nil && !force {
				return usageError("%s exists already: --force writes over it", name)
			} else if err != nil && !errors.Is(err, os.ErrNotExist) {
				return failure(fmt.Errorf("%s: %w", name, unwrapPath(err)))
			}
			if err := writeFile(name, config.Example()); err != nil {
				return failure(err)
			}
			fmt.Fprintf(s.out, "wrote %s: every key with its default\n", name)
			return nil
		},
	}
	cmd.Flags().BoolVar(&conf, "config", false, "write tlslint.toml with every key and its default")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that exists")
	return cmd
}
