"""The Pulumi program; `pulumi up --stack SITE.UNIT` runs it."""

from pathlib import Path

from rackwright.provision import program

program.main(Path(__file__).resolve().parents[1])
